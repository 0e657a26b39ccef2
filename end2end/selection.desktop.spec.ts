import { DISMISSED, FREE, HOLDERS, ONE_MORE, People } from './people';
import { expect, shot, test } from './server';

const selected = (people: People, text: string) => expect(people.size).toHaveText(text, { useInnerText: true });

test('the box of the page has three states', async ({ people }) => {
    await expect(people.pageBox).not.toBeChecked();
    await people.rows.first().getByRole('checkbox').check();
    await expect(people.pageBox).toBeChecked({ indeterminate: true });
    await people.pageBox.click();
    await expect(people.pageBox).toBeChecked();
    await expect(people.table.locator('tbody :checked')).toHaveCount(50);
    await selected(people, 'Выбрано 50 из 317');
    await people.rows.first().getByRole('checkbox').uncheck();
    await expect(people.pageBox).toBeChecked({ indeterminate: true });
    await people.pageBox.click();
    await people.pageBox.click();
    await expect(people.pageBox).not.toBeChecked();
    await expect(people.pageBox).toBeChecked({ checked: false });
    await expect(people.table.locator('tbody :checked')).toHaveCount(0);
    await expect(people.bar).toBeHidden();
});

test('nothing of the bar is cut off or covered, at whatever width', async ({ people }) => {
    const { page } = people;
    await people.pageBox.check();
    await page.keyboard.press('/');
    await page.keyboard.type('ан');
    await page.keyboard.press('Enter');
    await expect(people.button(/^Выбрать все \d+ по фильтру$/)).toBeVisible();
    /** What lies outside of the bar, or over something else in it. */
    const cut = () => people.bar.evaluate(bar => {
        const parts = [...bar.querySelectorAll<HTMLElement>('.deeds-size, .link, .button')].filter(part => part.offsetParent);
        const boxes = parts.map(part => [part.textContent!, part.getBoundingClientRect()] as const);
        const whole = bar.getBoundingClientRect();
        const outside = boxes.filter(([, box]) => box.top < whole.top || box.bottom > whole.bottom || box.left < whole.left || box.right > whole.right);
        const covered = boxes.filter(([, one], place) => boxes.some(([, other], at) => at > place
            && one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
        return [...outside, ...covered].map(([text]) => text);
    });
    for (const width of [1024, 1280, 1366, 1440, 1536, 1680, 1920]) {
        await page.setViewportSize({ width, height: 900 });
        await expect.poll(cut, { message: `${width}` }).toEqual([]);
    }
    // What is cut off is noticed.
    await people.bar.evaluate(bar => bar.style.height = '30px');
    expect((await cut()).length).toBeGreaterThan(0);
});

test('a click on the box or on the name selects', async ({ people }) => {
    await people.rows.nth(1).getByRole('checkbox').click();
    await people.names.nth(3).locator('label').click();
    await selected(people, 'Выбрано 2 из 317');
    await expect(people.rows.nth(3).getByRole('checkbox')).toBeChecked();
});

test('Shift+click selects and clears a range', async ({ people }) => {
    const box = (row: number) => people.rows.nth(row).getByRole('checkbox');
    await box(2).click();
    await box(6).click({ modifiers: ['Shift'] });
    await selected(people, 'Выбрано 5 из 317');
    for (const row of [2, 3, 4, 5, 6]) await expect(box(row)).toBeChecked();
    await box(4).click({ modifiers: ['Shift'] });
    await selected(people, 'Выбрано 2 из 317');
    await expect(box(3)).toBeChecked();
    await expect(box(4)).not.toBeChecked();
});

test('Shift+click also goes upwards', async ({ people }) => {
    await people.rows.nth(6).getByRole('checkbox').click();
    await people.rows.nth(2).getByRole('checkbox').click({ modifiers: ['Shift'] });
    await selected(people, 'Выбрано 5 из 317');
});

test('Space toggles, arrows lead, Shift+arrow selects on', async ({ people }) => {
    const { keyboard } = people.page;
    const box = (row: number) => people.rows.nth(row).getByRole('checkbox');
    await box(0).focus();
    await keyboard.press('ArrowDown');
    await expect(box(1)).toBeFocused();
    await keyboard.press('Space');
    await selected(people, 'Выбрано 1 из 317');
    await keyboard.press('Shift+ArrowDown');
    await keyboard.press('Shift+ArrowDown');
    await selected(people, 'Выбрано 3 из 317');
    await expect(box(3)).toBeFocused();
    await expect(box(3)).toBeChecked();
    await keyboard.press('Space');
    await selected(people, 'Выбрано 2 из 317');
    await keyboard.press('ArrowUp');
    await expect(box(2)).toBeFocused();
    await selected(people, 'Выбрано 2 из 317');
});

test('Ctrl+A in the table selects the page', async ({ people }) => {
    await people.rows.first().getByRole('checkbox').focus();
    await people.page.keyboard.press('Control+a');
    await selected(people, 'Выбрано 50 из 317');
    await expect(people.pageBox).toBeChecked();
});

test('everybody is selected, with exceptions', async ({ people }) => {
    await people.pageBox.click();
    await people.button('Выбрать все 317').click();
    await selected(people, 'Выбрано 317 из 317');
    await expect(people.button('Выбрать все 317')).toBeHidden();
    // 193 hold no licence, of them 28 are dismissed.
    await expect(people.button('Выдать лицензию (165)')).toBeVisible();
    await expect(people.button('Отозвать лицензию (124)')).toBeVisible();
    await expect(people.button('Удалить пользователя (317)')).toBeVisible();
    await shot(people.page, 'all-selected');

    await people.tab('Кандидаты').click();
    await people.box(ONE_MORE).uncheck();
    await people.box(HOLDERS[0]).uncheck();
    await selected(people, 'Выбрано 315 из 317');
    await expect(people.button('Выдать лицензию (164)')).toBeVisible();
    await expect(people.button('Отозвать лицензию (123)')).toBeVisible();
});

test('everybody whom the filter finds is selected', async ({ people }) => {
    await people.tab('Кандидаты').click();
    await expect(people.range('1–50 из 88')).toBeVisible();
    await people.rows.first().getByRole('checkbox').check();
    await people.button('Выбрать все 88 по фильтру').click();
    await selected(people, 'Выбрано 88 из 317');
    await people.tab('Сотрудники').click();
    await expect(people.range('1–50 из 142')).toBeVisible();
    await expect(people.table.locator('tbody :checked')).toHaveCount(0);
    await selected(people, 'Выбрано 88 из 317');
});

test('everybody of one tab and everybody of another are selected together', async ({ people }) => {
    await people.tab('Кандидаты').click();
    await people.rows.first().getByRole('checkbox').check();
    await people.button('Выбрать все 88 по фильтру').click();
    await people.tab('Сотрудники').click();
    await expect(people.range('1–50 из 142')).toBeVisible();
    await people.button('Выбрать все 142 по фильтру').click();
    await selected(people, 'Выбрано 230 из 317');
    await expect(people.button('Выбрать все 142 по фильтру')).toBeHidden();
    await expect(people.pageBox).toBeChecked();
    await people.rows.first().getByRole('checkbox').uncheck();
    await selected(people, 'Выбрано 229 из 317');

    // Most whom the search finds are among them already: nobody is counted twice.
    await people.tab('Все пользователи').click();
    await expect(people.range('1–50 из 317')).toBeVisible();
    await people.page.keyboard.press('/');
    await people.page.keyboard.type('а');
    await people.page.keyboard.press('Enter');
    await people.button(/^Выбрать все \d+ по фильтру$/).click();
    await expect(people.button(/^Выбрать все/)).toBeHidden();
    await people.button('Только выбранные').click();
    const range = people.range(/^1–50 из 2\d\d$/);
    await expect(range).toBeVisible();
    const total = Number((await range.innerText()).split(' из ')[1]);
    expect(total).toBeGreaterThan(230);
    await selected(people, `Выбрано ${total} из 317`);
});

test('the selection survives paging, sorting, searching, filters and tabs', async ({ people }) => {
    const { page } = people;
    await page.getByRole('combobox', { name: 'Лицензия' }).selectOption('Нет лицензии');
    await people.find('гусева', 'Гусева');
    await people.box(FREE[2]).check();
    await page.goBack();
    await expect(people.range('1–50 из 193')).toBeVisible();
    await page.goBack();
    await expect(people.range('1–50 из 317')).toBeVisible();
    await selected(people, 'Выбрано 1 из 317');
    const first = people.rows.first().getByRole('checkbox');
    await first.check();
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 317')).toBeVisible();
    await expect(first).not.toBeChecked();
    await first.check();
    await people.head('E-mail').getByRole('link').click();
    await expect(people.range('1–50 из 317')).toBeVisible();
    await selected(people, 'Выбрано 3 из 317');
    await people.tab('Кандидаты').click();
    await expect(people.box(FREE[2])).toBeChecked();
    await selected(people, 'Выбрано 3 из 317');
});

test('further people can be searched for while some are selected', async ({ people }) => {
    const { keyboard } = people.page;
    await people.find('гусева', 'Гусева');
    await people.box(FREE[2]).check();
    await keyboard.press('/');
    await expect(people.search).toBeFocused();
    await keyboard.press('Control+a');
    await keyboard.type('гурова');
    await people.box(ONE_MORE).check();
    await selected(people, 'Выбрано 2 из 317');
    await people.button('Найти ещё').click();
    await expect(people.search).toBeFocused();
    await expect(people.page.getByRole('search')).toHaveCSS('opacity', '1');
});

test('«Только выбранные» shows them alone, and everybody again', async ({ people }) => {
    await people.pick(...FREE, ...HOLDERS);
    await people.button('Только выбранные').click();
    await expect(people.names).toHaveText(['Герасимова А. К.', 'Герасимова К. И.', 'Голованов В. Д.', 'Гусева Т. А.', 'Дмитриева В. Д.']);
    await expect(people.range('1–5 из 5')).toBeVisible();
    // Whoever is taken out stays in sight, to be put back.
    await people.box('Гусева Т. А.').uncheck();
    await selected(people, 'Выбрано 4 из 317');
    await expect(people.rows).toHaveCount(5);
    await shot(people.page, 'only-selected');
    await people.button('Показать всех').click();
    await expect(people.range('1–50 из 317')).toBeVisible();
    await selected(people, 'Выбрано 4 из 317');
});

test('«Только выбранные» has pages and an order of its own', async ({ people }) => {
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 317')).toBeVisible();
    await people.pageBox.click();
    await people.pager('Далее').click();
    await expect(people.range('101–150 из 317')).toBeVisible();
    await people.pageBox.click();
    await selected(people, 'Выбрано 100 из 317');
    await people.button('Только выбранные').click();
    await expect(people.range('1–50 из 100')).toBeVisible();
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 100')).toBeVisible();
    await expect(people.table.locator('tbody :checked')).toHaveCount(50);
    await people.head('E-mail').getByRole('link').click();
    await expect(people.range('1–50 из 100')).toBeVisible();
    await expect(people.table.locator('tbody :checked')).toHaveCount(50);
    await people.tab('Кандидаты').click();
    await expect(people.range('1–50 из 88')).toBeVisible();
});

test('a range begins where it is seen', async ({ people }) => {
    const box = (place: number) => people.rows.nth(place).getByRole('checkbox');
    await box(2).click();
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 317')).toBeVisible();
    await box(9).click({ modifiers: ['Shift'] });
    await selected(people, 'Выбрано 2 из 317');
    await box(5).click({ modifiers: ['Shift'] });
    await selected(people, 'Выбрано 6 из 317');
});

test('of a page that did not come nothing is offered', async ({ people }) => {
    await people.rows.first().getByRole('checkbox').check();
    await people.page.route('**/api/directory', route => route.abort());
    await people.tab('Кандидаты').click();
    await expect(people.page.getByRole('button', { name: 'Повторить' })).toBeVisible();
    await expect(people.button(/^Выбрать все/)).toBeHidden();
});

for (const width of [1366, 1280, 1024]) {
    test(`the deeds are within reach at ${width} pixels`, async ({ people }) => {
        await people.page.setViewportSize({ width, height: 768 });
        await people.tab('Кандидаты').click();
        await people.pick(...FREE, ...HOLDERS);
        await people.pageBox.click();
        await shot(people.page, `selected-${width}`);
        for (const name of [/^Выдать лицензию/, /^Отозвать лицензию/, /^Удалить пользователя/]) {
            const place = await people.button(name).boundingBox();
            expect(place!.x + place!.width).toBeLessThanOrEqual(width - 16);
            expect(place!.height).toBeLessThanOrEqual(44);
        }
        await expect(people.button(/^Выбрать все/)).toBeInViewport({ ratio: 1 });
        await expect(people.button('Снять выбор')).toBeInViewport({ ratio: 1 });
    });
}

test('one press clears the selection', async ({ people }) => {
    await people.pick(...FREE);
    await people.button('Снять выбор').click();
    await expect(people.bar).toBeHidden();
    await expect(people.search).toBeVisible();
    await people.find('гусева', 'Гусева');
    await expect(people.box('Гусева Т. А.')).not.toBeChecked();
});

test('the buttons name the deed and its size', async ({ people }) => {
    await people.pick(...FREE, ...HOLDERS, DISMISSED[0]);
    await expect(people.button('Выдать лицензию (3)')).toBeVisible();
    await expect(people.button('Отозвать лицензию (2)')).toBeVisible();
    await expect(people.button('Удалить пользователя (6)')).toBeVisible();
    await shot(people.page, 'selected');
});

test('a deed that is for nobody is not offered', async ({ people }) => {
    await people.pick(DISMISSED[0]);
    await expect(people.button('Удалить пользователя (1)')).toBeVisible();
    await expect(people.bar.getByRole('button', { name: /лицензию/ })).toHaveCount(0);
});

test.describe('before the WASM has arrived', () => {
    let arrive: () => void;

    test.beforeEach(async ({ admin }) => {
        const gate = new Promise<void>(resolve => { arrive = resolve; });
        await admin.route('**/*.wasm', async route => {
            await gate;
            await route.continue();
        });
        await admin.goto('/users', { waitUntil: 'commit' });
    });

    test('boxes are ticked and count when it has', async ({ admin }) => {
        const people = new People(admin);
        await people.rows.nth(1).getByRole('checkbox').check();
        await people.rows.nth(4).getByRole('checkbox').check();
        await expect(people.bar.getByText('С выбранными:')).toBeVisible();
        await shot(admin, 'before-wasm');
        arrive();
        await people.awake();
        await selected(people, 'Выбрано 2 из 317');
        await expect(people.rows.nth(4).getByRole('checkbox')).toBeChecked();
        await expect(people.table.locator('tbody :checked')).toHaveCount(2);
        await expect(people.pageBox).toBeChecked({ indeterminate: true });
    });

    test('what was typed into the search stays, with the focus, and is searched for', async ({ admin }) => {
        const people = new People(admin);
        await people.search.fill('герас');
        arrive();
        await people.awake();
        await expect(people.search).toHaveValue('герас');
        await expect(people.search).toBeFocused();
        await expect(people.names).toHaveText(['Герасимова А. К.', 'Герасимова К. И.']);
    });

    test('rows that were scrolled to stay in sight', async ({ admin }) => {
        const people = new People(admin);
        await people.rows.last().scrollIntoViewIfNeeded();
        await people.rows.last().getByRole('checkbox').focus();
        arrive();
        await people.awake();
        await expect(people.rows.last()).toBeInViewport();
        await expect(people.rows.last().getByRole('checkbox')).toBeFocused();
    });

    test('a deed leads to its page', async ({ admin }) => {
        const people = new People(admin);
        await people.rows.nth(0).getByRole('checkbox').check();
        await people.bar.getByRole('button', { name: 'Выдать лицензию' }).click();
        await expect(admin).toHaveURL(/\/operations\/\d+$/);
        await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Задача на получение сертификата электронной подписи');
        arrive();
    });
});

test('the bar lies where the filters were, and nothing moves', async ({ people }) => {
    const before = await people.table.boundingBox();
    const filters = await people.page.getByRole('search').boundingBox();
    await people.rows.first().getByRole('checkbox').check();
    await expect(people.bar).toBeVisible();
    await expect(people.page.getByRole('search')).toHaveCSS('opacity', '0');
    expect(await people.table.boundingBox()).toEqual(before);
    const bar = await people.bar.boundingBox();
    expect(bar?.y).toBe(filters?.y);
    expect(bar?.height).toBe(filters?.height);
});

test('the heads and the bar stay in sight while the rows scroll', async ({ people }) => {
    await people.rows.first().getByRole('checkbox').check();
    const head = await people.head('E-mail').boundingBox();
    await people.rows.last().scrollIntoViewIfNeeded();
    await expect(people.rows.first()).not.toBeInViewport();
    expect((await people.head('E-mail').boundingBox())?.y).toBe(head?.y);
    await expect(people.bar).toBeInViewport({ ratio: 1 });
    await expect(people.pager('Далее')).toBeInViewport({ ratio: 1 });
});

test('what has the focus is never hidden', async ({ people }) => {
    const { page } = people;
    const covered = () => page.evaluate(() => {
        const active = document.activeElement!;
        const { left, top, width, height } = active.getBoundingClientRect();
        return [top + 2, top + height / 2, top + height - 2].some(y => {
            const there = document.elementFromPoint(left + width / 2, y);
            return !there || !active.contains(there);
        });
    });
    await people.rows.last().getByRole('checkbox').focus();
    await people.page.keyboard.press('Space');
    for (let row = 48; row >= 0; row--) {
        await page.keyboard.press('ArrowUp');
        await expect(people.rows.nth(row).getByRole('checkbox')).toBeFocused();
        expect(await covered(), `row ${row}`).toBe(false);
    }
    for (let row = 1; row < 50; row++) await page.keyboard.press('ArrowDown');
    await expect(people.rows.last().getByRole('checkbox')).toBeFocused();
    expect(await covered()).toBe(false);
});
