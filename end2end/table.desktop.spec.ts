import { COLUMNS, type Column } from './people';
import { expect, shot, test } from './server';

test('the tabs say how many people they hold', async ({ people }) => {
    const list = people.page.getByRole('tablist', { name: 'Списки пользователей' });
    await expect(list.getByRole('tab')).toHaveText([
        'Все пользователи 317', 'Сотрудники 142', 'Кандидаты 88', 'Уволенные 31', 'Физлица 26', 'Самозанятые 18', 'ИП 12',
        'Первая 40', 'Вторая 22', 'Третья 9', 'Четвертая 14', 'Пятая 7', 'Шестая 5',
    ]);
    await expect(people.tab('Все пользователи')).toHaveAttribute('aria-selected', 'true');
    await shot(people.page, 'users');
});

for (const [tab, rows] of [['Самозанятые 18', 18], ['ИП 12', 12], ['Шестая 5', 5]] as const) {
    test(`the tab «${tab}» shows exactly them`, async ({ people }) => {
        await people.tab(tab).click();
        await expect(people.rows).toHaveCount(rows);
        await expect(people.tab(tab)).toHaveAttribute('aria-selected', 'true');
        await expect(people.range(`1–${rows} из ${rows}`)).toBeVisible();
    });
}

test('the groups that have no room are in a menu', async ({ people }) => {
    await people.page.getByRole('button', { name: 'Ещё 3' }).click();
    const menu = people.page.getByRole('group', { name: 'Остальные группы' });
    await expect(menu.getByRole('link')).toHaveText(['Четвертая 14', 'Пятая 7', 'Шестая 5']);
    await menu.getByRole('link', { name: 'Пятая' }).click();
    await expect(people.rows).toHaveCount(7);
    await expect(menu).toBeHidden();
});

test('arrows, Home and End lead along the tabs, Enter and Space open one', async ({ people }) => {
    const { page } = people;
    await people.tab('Все пользователи').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await expect(people.tab('Кандидаты')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(people.range('1–50 из 88')).toBeVisible();
    await expect(people.tab('Кандидаты')).toBeFocused();
    await page.keyboard.press('End');
    await expect(people.tab('Шестая')).toBeFocused();
    await expect(people.tab('Шестая')).toBeInViewport();
    await page.keyboard.press('Space');
    await expect(people.rows).toHaveCount(5);
    await page.keyboard.press('Home');
    await expect(people.tab('Все пользователи')).toBeFocused();
});

test('the columns have names, and a person is one row', async ({ people }) => {
    await expect(people.table.getByRole('columnheader').filter({ hasText: /./ })).toHaveText([...COLUMNS]);
    await people.find('воронцова', 'Воронцова');
    await expect(people.rows).toHaveCount(1);
    await expect(people.rows.getByRole('cell')).toHaveText([
        '', 'Воронцова Т. В.', 'Уволенный', 'Нет лицензии', '', '15.05.2026', 'vorontsova@romashka.example', '',
    ]);
});

test('a surname and its initials are held together by non-breaking spaces', async ({ people }) => {
    await people.find('ворон м', 'Ворон');
    expect(await people.texts('Пользователь')).toEqual(['Ворон\u00a0М.\u00a0А.']);
});

test('a licence is a chip, its term a date', async ({ people }) => {
    await people.find('гаврилова', 'Гаврилова');
    await expect(people.cell('Гаврилова А. С.', 'Лицензия')).toHaveText('ЛК с УНЭП');
    await expect(people.cell('Гаврилова А. С.', 'Срок действия')).toHaveText('31.03.2027');
    await expect(people.cell('Гаврилова А. С.', 'Группа')).toHaveText('Первая');
});

/** What the order of a column compares; nothing there comes last in both directions. */
const day = (text: string) => text && text.split('.').reverse().join('');
const place = (...order: string[]) => (text: string) => text && String(order.indexOf(text)).padStart(2, '0');
const KEYS: Record<Column, (text: string) => string> = {
    // The whole name is compared, of which the table shows initials.
    'Пользователь': text => text.toLowerCase().replaceAll('ё', 'е').split('\u00a0').slice(0, 2).join(' '),
    'Тип занятости': place('Сотрудник', 'Кандидат', 'Уволенный', 'Физлицо', 'Самозанятый', 'ИП'),
    'Лицензия': text => (text === 'Нет лицензии' ? '' : text),
    'Срок действия': day,
    'Последняя активность': day,
    'E-mail': text => text,
    'Группа': text => place('Первая', 'Вторая', 'Третья', 'Четвертая', 'Пятая', 'Шестая')(text.split(', ')[0]!),
};

const sorted = (keys: string[], descending: boolean) => {
    const there = keys.filter(Boolean).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    return [...(descending ? there.reverse() : there), ...keys.filter(key => !key)];
};

for (const column of COLUMNS) {
    test(`sorts by «${column}» both ways`, async ({ people }) => {
        // A list short enough for one page, with everything in it.
        await people.open('?tab=candidate&size=100&sort=email&dir=desc');
        const was = await people.texts('E-mail');
        // Of several licences the first one counts.
        const first = async () => Promise.all((await people.table.locator('tbody td.licence').all()).map(async cell => (await cell.locator('> :first-child').textContent())!.trim()));
        const keys = async () => (column === 'Лицензия' ? await first() : await people.texts(column)).map(KEYS[column]);
        for (const [sort, descending] of [['ascending', false], ['descending', true]] as const) {
            await people.head(column).getByRole('link').click();
            await expect(people.head(column)).toHaveAttribute('aria-sort', sort);
            await expect.poll(async () => {
                const now = await keys();
                return JSON.stringify(now) === JSON.stringify(sorted(now, descending));
            }).toBe(true);
            await expect(people.table).not.toHaveAttribute('aria-busy');
            expect((await people.texts('E-mail')).sort()).toEqual([...was].sort());
        }
        await expect(people.table.locator('th[aria-sort="none"]')).toHaveCount(COLUMNS.length - 1);
        await expect(people.head(column).getByRole('link')).toBeFocused();
    });
}

test('searches as one types, over names', async ({ people }) => {
    await people.search.pressSequentially('герас');
    await expect(people.names).toHaveText(['Герасимова А. К.', 'Герасимова К. И.']);
    await expect(people.page).toHaveURL(/\?q=/);
    await people.search.pressSequentially('имова кс');
    await expect(people.names).toHaveText(['Герасимова К. И.']);
    await expect(people.search).toBeFocused();
    await expect(people.search).toHaveValue('герасимова кс');
});

test('searches over e-mails', async ({ people }) => {
    await people.search.pressSequentially('golubeva@');
    await expect(people.names).toHaveText(['Голубева А. Д.']);
});

test('«/» leads to the search', async ({ people }) => {
    await people.page.keyboard.press('/');
    await expect(people.search).toBeFocused();
    await expect(people.search).toHaveValue('');
});

test('filters by licence', async ({ people }) => {
    const licence = people.page.getByRole('combobox', { name: 'Лицензия' });
    await licence.selectOption('Есть лицензия');
    await expect(people.range('1–50 из 124')).toBeVisible();
    expect(await people.texts('Лицензия')).not.toContain('Нет лицензии');
    await licence.selectOption('Нет лицензии');
    await expect(people.range('1–50 из 193')).toBeVisible();
    await expect(people.rows.filter({ hasNotText: 'Нет лицензии' })).toHaveCount(0);
    await licence.selectOption('ЛК с УКЭП · УКЭП');
    await expect(people.rows).toHaveCount(7);
    await licence.selectOption('Лицензия: любая');
    await expect(people.range('1–50 из 317')).toBeVisible();
});

test('pages lead forth and back', async ({ people }) => {
    await expect(people.pager('Первый')).toBeDisabled();
    await expect(people.pager('Назад')).toBeDisabled();
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 317')).toBeVisible();
    await people.pager('Последний').click();
    await expect(people.range('301–317 из 317')).toBeVisible();
    await expect(people.rows).toHaveCount(17);
    await expect(people.pager('Далее')).toBeDisabled();
    await expect(people.pager('Последний')).toBeDisabled();
    await people.pager('Назад').click();
    await expect(people.range('251–300 из 317')).toBeVisible();
    await people.pager('Первый').click();
    await expect(people.range('1–50 из 317')).toBeVisible();
});

test('a page has 25, 50 or 100 rows', async ({ people }) => {
    const size = people.page.getByRole('combobox', { name: 'Строк на странице' });
    await expect(size.getByRole('option')).toHaveText(['25 на странице', '50 на странице', '100 на странице']);
    await expect(people.rows).toHaveCount(50);
    await size.selectOption('25');
    await expect(people.range('1–25 из 317')).toBeVisible();
    await expect(people.rows).toHaveCount(25);
    await size.selectOption('100');
    await expect(people.range('1–100 из 317')).toBeVisible();
    await expect(people.rows).toHaveCount(100);
    await expect(people.page).toHaveURL(/size=100/);
});

test('another page begins at its top', async ({ people }) => {
    await people.rows.last().scrollIntoViewIfNeeded();
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 317')).toBeVisible();
    await expect(people.rows.first()).toBeInViewport({ ratio: 1 });
    await people.rows.last().scrollIntoViewIfNeeded();
    await people.tab('Кандидаты').click();
    await expect(people.range('1–50 из 88')).toBeVisible();
    await expect(people.rows.first()).toBeInViewport({ ratio: 1 });
});

test('a smaller list begins at its first page', async ({ people }) => {
    await people.pager('Последний').click();
    await expect(people.range('301–317 из 317')).toBeVisible();
    await people.tab('Кандидаты').click();
    await expect(people.range('1–50 из 88')).toBeVisible();
});

test.describe('the address', () => {
    test('holds tab, search, filter, order, page and size, and a reload shows the same', async ({ people }) => {
        const { page } = people;
        await people.tab('Сотрудники').click();
        await page.getByRole('combobox', { name: 'Лицензия' }).selectOption('Нет лицензии');
        await people.head('E-mail').getByRole('link').click();
        await people.head('E-mail').getByRole('link').click();
        await page.getByRole('combobox', { name: 'Строк на странице' }).selectOption('25');
        await people.pager('Далее').click();
        await expect(people.range(/^26–/)).toBeVisible();
        await expect(page).toHaveURL('/users?tab=employee&licence=none&sort=email&dir=desc&page=2&size=25');
        await expect(people.table).not.toHaveAttribute('aria-busy');
        const before = await people.texts('E-mail');

        await page.reload();
        await people.awake();
        expect(await people.texts('E-mail')).toEqual(before);
        await expect(people.tab('Сотрудники')).toHaveAttribute('aria-selected', 'true');
        await expect(page.getByRole('combobox', { name: 'Лицензия' })).toHaveValue('none');
        await expect(page.getByRole('combobox', { name: 'Строк на странице' })).toHaveValue('25');
        await expect(people.head('E-mail')).toHaveAttribute('aria-sort', 'descending');
        await expect(people.range(/^26–50 /)).toBeVisible();
    });

    test('opened by a colleague shows the same search', async ({ people, colleague }) => {
        await people.find('герас', 'Герасимова');
        await colleague.goto(people.page.url());
        await expect(colleague.locator('td.name')).toHaveText(['Герасимова А. К.', 'Герасимова К. И.']);
        await expect(colleague.getByRole('searchbox')).toHaveValue('герас');
    });

    test('goes back and forward with everything', async ({ people }) => {
        const { page } = people;
        await people.tab('Кандидаты').click();
        await expect(people.range('1–50 из 88')).toBeVisible();
        await people.find('гусева', 'Гусева');
        await expect(people.search).toBeFocused();
        await page.goBack();
        await expect(people.range('1–50 из 88')).toBeVisible();
        await expect(people.search).toHaveValue('');
        await page.goBack();
        await expect(people.range('1–50 из 317')).toBeVisible();
        await expect(people.tab('Все пользователи')).toHaveAttribute('aria-selected', 'true');
        await expect(page).toHaveURL('/users');
        await page.goForward();
        await expect(people.range('1–50 из 88')).toBeVisible();
        await page.goForward();
        await expect(people.rows).toHaveCount(1);
        await expect(people.names).toHaveText(['Гусева Т. А.']);
    });

    test('with nonsense in it shows the usual list', async ({ people }) => {
        await people.open('?tab=nobody&sort=shoe&page=-4&size=7&licence=x');
        await expect(people.range('1–50 из 317')).toBeVisible();
    });

    test('of a page too far shows the last one', async ({ people }) => {
        await people.open('?page=400');
        await expect(people.range('301–317 из 317')).toBeVisible();
    });
});

test('nobody found has words and a way back', async ({ people }) => {
    const { page } = people;
    await people.search.fill('щщщщ');
    await expect(page.getByRole('heading', { name: 'Никого не нашли' })).toBeVisible();
    await expect(people.rows).toHaveCount(0);
    await shot(page, 'nobody-found');
    await page.getByRole('link', { name: 'Сбросить фильтры' }).click();
    await expect(people.range('1–50 из 317')).toBeVisible();
    await expect(people.search).toHaveValue('');
    await expect(page).toHaveURL('/users');
});
