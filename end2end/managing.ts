// What is tested of «Управление лицензиями» on the desk and by touch alike: every sentence of its description.
import { check } from './axe';
import { Manage, Managed, OFFICE, plain } from './manage';
import { DISMISSED, FREE, type People } from './people';
import { expect, shot, test } from './server';
import { fits, press } from './touch';

/** Who holds «Офис Базовый», «Офис Профи» and «Видеосвязь» in the demo, by its search. */
async function holders(people: People, product: string) {
    await people.open('?sort=name&dir=desc&size=100');
    const rows = people.rows.filter({ hasText: product });
    return rows.locator('td.name').allTextContents();
}

/** Ticks the whole page of the table; a phone has a button for it. */
async function wholePage(people: People) {
    if (await people.pageBox.isVisible()) return people.pageBox.check();
    await people.rows.first().tap();
    await people.button('Вся страница').tap();
}

/** Turns to a page of the table. */
async function leaf(people: People, name: string, range: string) {
    await press(people.pager(name));
    await expect(people.range(range)).toBeVisible();
    await expect(people.table).not.toHaveAttribute('aria-busy');
}

export function managing() {
    test('several products are given to several people, and put back', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        // The selected are in a box on top, in the order of the table; each product says how many are available.
        expect(await manage.names()).toEqual([FREE[0], FREE[1]]);
        await expect(manage.row('Почта').locator('.available')).toContainText('12');
        await expect(manage.box('Почта')).not.toBeChecked();
        await expect(manage.save).toBeDisabled();
        await manage.box('Почта').click();
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 2');
        await manage.box('Видеосвязь').click();
        await expect(manage.state('Видеосвязь')).toHaveText('будет у всех: получат 2');
        await expect(manage.happens).toContainText('Изменятся2');
        await shot(people.page, 'manage');
        await check(people.page, 'manage');
        await people.page.getByRole('button', { name: 'Сохранить (2)' }).click();
        // The report: the people with their new licences.
        await expect(people.page).toHaveURL(/\/operations\/\d+$/);
        await expect(people.page.getByRole('heading', { name: 'Лицензии обновлены' })).toBeVisible();
        const done = people.page.getByRole('table', { name: 'Успешно (2)' }).locator('tbody').getByRole('row');
        await expect(done).toHaveCount(2);
        await expect(done.first()).toContainText('Почта: выдано (все планы)');
        await expect(done.first()).toContainText('Видеосвязь: выдано (все планы)');
        await shot(people.page, 'managed');
        await check(people.page, 'managed');
        await people.page.getByRole('button', { name: 'Вернуть как было' }).click();
        await expect(people.page.getByRole('heading', { name: 'Лицензии возвращены' })).toBeVisible();
        await people.open('?tab=candidate');
        await expect(people.row(FREE[0]).locator('.licence')).not.toContainText('Почта');
    });

    test('a box is full, mixed or empty, and goes round', async ({ people }) => {
        const [holder] = await holders(people, 'Почта');
        await people.box(holder!).check();
        await people.search.fill('герас');
        await people.box(FREE[0]).check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (2)' }).click();
        const manage = new Manage(people.page);
        const box = manage.box('Почта');
        await expect(box).toBeChecked({ indeterminate: true });
        await expect(manage.row('Почта').locator('.assigned')).toContainText('1 из 2');
        // «Назначено» opens the list of the selected who hold it.
        await manage.row('Почта').locator('.assigned summary').click();
        await expect(manage.row('Почта').getByRole('list', { name: 'У кого из выбранных есть' })).toHaveText(holder!);
        await people.page.keyboard.press('Escape');
        await expect(manage.row('Почта').getByRole('list', { name: 'У кого из выбранных есть' })).toBeHidden();
        await box.click();
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 1');
        await expect(box).toBeChecked();
        await box.click();
        await expect(manage.state('Почта')).toContainText('не будет ни у кого: лишатся 1');
        await expect(box).toBeChecked({ checked: false });
        await box.click();
        await expect(manage.state('Почта')).toHaveText('без изменений');
        await expect(box).toBeChecked({ indeterminate: true });
        await expect(box).toBeFocused();
    });

    test('what cannot go together is said beside the box, with what would mend it', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        await manage.box('Видеосвязь').click();
        await expect(manage.row('Видеосвязь').locator('.conflicts')).toContainText('Сначала нужен продукт «Почта», без него останутся: 2. Отметьте и «Почта».');
        await expect(manage.save).toBeDisabled();
        await manage.box('Почта').click();
        await expect(manage.row('Видеосвязь').locator('.conflicts')).toHaveCount(0);
        await manage.box('Офис Базовый').click();
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Базовый').locator('.conflicts')).toContainText('Нельзя вместе с «Офис Профи». Снимите одну из отметок');
        await shot(people.page, 'manage-conflict');
        await check(people.page, 'manage, conflict');
    });

    test('where none is left more can be bought, as many as are missing', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        await expect(manage.row('Офис Профи').getByRole('link', { name: 'Купить ещё: Офис Профи' })).toBeVisible();
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Профи').locator('.available')).toContainText('не хватает 2');
        await expect(manage.save).toBeDisabled();
        // Beside this page, where what is ticked waits.
        const opened = people.page.waitForEvent('popup');
        await manage.row('Офис Профи').getByRole('link', { name: 'Купить ещё: Офис Профи' }).click();
        const order = await opened;
        await expect(order).toHaveURL(/\/orders\/new\?product=\d+&seats=2$/);
        await expect(order.getByRole('textbox', { name: 'Офис Профи' })).toHaveValue('2');
        await expect(manage.box('Офис Профи')).toBeChecked();
    });

    test('that there are too few is said at once, whatever else stands in the way', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        // Without «Почта» nobody gets it.
        await manage.box('Видеосвязь').click();
        await expect(manage.row('Видеосвязь').locator('.conflicts')).toContainText('Сначала нужен продукт «Почта»');
        await expect(manage.row('Видеосвязь').locator('.available')).not.toContainText('не хватит');
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Профи').locator('.conflicts')).toContainText('Сначала исправьте то, что сказано у «Видеосвязь»');
        await expect(manage.row('Офис Профи').locator('.available')).toContainText('на всех не хватит 2');
        await expect(manage.row('Офис Профи').getByRole('link', { name: /^Купить ещё/ })).toHaveAttribute('href', /seats=2$/);
        await expect(people.page.locator('#said')).toHaveText(/^Офис Профи: Не получат: 2\. .* на всех не хватит 2\. Видеосвязь: Сначала нужен .* Изменятся 0, Останутся без изменений 2/);
        await manage.box('Почта').click();
        await expect(manage.row('Офис Профи').locator('.available')).toContainText('не хватает 2');
    });

    test('service plans are chosen, and changed for those who hold it', async ({ people }) => {
        let manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await manage.box('Почта').click();
        await manage.row('Почта').getByText('Просмотреть планы обслуживания').click();
        await manage.row('Почта').getByRole('checkbox', { name: 'Календарь' }).uncheck();
        await expect(manage.row('Почта').getByText('2 из 3')).toBeVisible();
        await expect(manage.row('Почта').getByRole('checkbox', { name: 'Контакты' })).toBeVisible();
        await manage.save.click();
        const done = people.page.getByRole('table', { name: 'Успешно (1)' });
        await expect(done).toContainText('Почта: выдано (Почтовый ящик, Контакты)');
        manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await expect(manage.box('Почта')).toBeChecked();
        await manage.row('Почта').getByText('Просмотреть планы обслуживания').click();
        await manage.row('Почта').getByRole('checkbox', { name: 'Календарь' }).check();
        await expect(manage.state('Почта')).toHaveText('изменить планы: сменят планы 1');
        await manage.save.click();
        await expect(people.page.getByRole('table', { name: 'Успешно (1)' })).toContainText('Почта: планы изменены (все планы)');
    });

    test('every error is listed, and what failed is tried again', async ({ people }) => {
        const [holder] = await holders(people, 'Офис Профи');
        await people.box(holder!).check();
        await people.search.fill('герас');
        await people.box(FREE[0]).check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (2)' }).click();
        let manage = new Manage(people.page);
        await manage.box('Офис Базовый').click();
        await expect(manage.happens.getByText('Останутся без изменений: 1')).toBeVisible();
        await manage.save.click();
        await expect(people.page.getByRole('heading', { name: 'Лицензии обновлены, но не для всех' })).toBeVisible();
        const errors = people.page.getByRole('table', { name: 'Не удалось (1)' }).locator('tbody').getByRole('row');
        await expect(errors).toContainText('«Офис Базовый»: нельзя вместе с «Офис Профи»');
        await check(people.page, 'managed, with errors');
        await people.page.getByRole('button', { name: 'Повторить неудавшиеся' }).click();
        manage = new Manage(people.page);
        expect(await manage.names()).toEqual([plain(holder!)]);
        await expect(manage.box('Офис Базовый')).toBeChecked();
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Базовый').locator('.conflicts')).toHaveCount(0);
        await manage.save.click();
        await expect(people.page.getByRole('heading', { name: 'Лицензии обновлены', exact: true })).toBeVisible();
    });

    test('licences are revoked by clearing the box', async ({ people }) => {
        const [holder] = await holders(people, 'Видеосвязь');
        await people.box(holder!).check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (1)' }).click();
        const manage = new Manage(people.page);
        await expect(manage.box('Почта')).toBeChecked();
        await manage.box('Почта').click();
        // What needs it falls with it, and that is said before.
        await expect(manage.state('Видеосвязь')).toContainText('лишатся вместе с тем, без чего он не работает 1');
        await manage.save.click();
        await expect(people.page.getByRole('table', { name: 'Успешно (1)' })).toContainText('Видеосвязь: отозвано');
    });

    test('the selection is walked through and narrowed', async ({ people }) => {
        await people.open('?sort=email&size=50');
        await wholePage(people);
        await expect(people.size).toHaveText(/^Выбрано 50/, { useInnerText: true });
        const order = await people.names.allTextContents();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (50)' }).click();
        const manage = new Manage(people.page);
        const page = (name: string) => manage.selected.getByRole('button', { name, exact: true });
        expect(await manage.names()).toEqual(order.slice(0, 25).map(plain));
        await expect(page('Первый')).toBeDisabled();
        await manage.box('Почта').click();
        await expect(manage.state('Почта')).toContainText('получат');
        await page('Далее').click();
        await expect(manage.selected.getByText('Страница 2 из 2')).toBeVisible();
        expect(await manage.names()).toEqual(order.slice(25).map(plain));
        await expect(manage.box('Почта'), 'what was ticked stays').toBeChecked();
        await page('Назад').click();
        await expect(manage.selected.getByText('Страница 1 из 2')).toBeVisible();
        await page('Последний').click();
        await expect(manage.selected.getByText('Страница 2 из 2')).toBeVisible();
        await page('Первый').click();
        await expect(manage.selected.getByText('Страница 1 из 2')).toBeVisible();
        for (const name of order.slice(0, 2)) await manage.selected.getByRole('checkbox', { name, exact: true }).first().check();
        await page('Убрать отмеченных').click();
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (48)');
        await expect(manage.box('Почта')).toBeChecked();
    });

    test('where the people are decides what they may have', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await expect(manage.row('Архив')).toContainText('Только: Ленинградская область, Московская область, Москва, Санкт-Петербург');
        await manage.box('Архив').click();
        await expect(manage.state('Архив')).toContainText('получат 1');
        await page.getByRole('button', { name: 'Регион…' }).click();
        await page.getByRole('combobox', { name: 'Регион' }).selectOption('16');
        await check(page, 'region');
        await page.getByRole('button', { name: 'Сохранить (1)' }).click();
        await expect(manage.row('Архив').locator('.conflicts')).toContainText('Недоступен в регионе пользователей: 1. Измените регион');
        await expect(manage.save).toBeDisabled();
    });

    test('whoever was ticked on several pages of the table is in the box, in its order', async ({ people }) => {
        await people.open('?sort=email&dir=desc');
        const tick = async (...places: number[]) => {
            for (const place of places) await people.rows.nth(place).getByRole('checkbox').check();
            const names = (await people.names.allTextContents()).map(plain);
            return names.filter((_, place) => places.includes(place));
        };
        await leaf(people, 'Последний', '301–317 из 317');
        const last = await tick(16, 3);
        await leaf(people, 'Назад', '251–300 из 317');
        const sixth = await tick(49);
        await leaf(people, 'Первый', '1–50 из 317');
        await wholePage(people);
        const first = (await people.names.allTextContents()).map(plain);
        await leaf(people, 'Далее', '51–100 из 317');
        const second = await tick(30, 1);
        const manage = await Manage.ofTicked(people, 55);
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (55)');
        expect(await manage.everybody(3)).toEqual([...first, ...second, ...sixth, ...last]);
    });

    test('everybody whom a search finds is in the box, in the order of the table', async ({ people }) => {
        await people.open('?q=а&sort=email&size=100');
        const found = await people.names.allTextContents();
        await leaf(people, 'Далее', '101–109 из 109');
        found.push(...await people.names.allTextContents());
        const manage = await Manage.ofAll(people, '?q=а&sort=email', 109);
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (109)');
        expect(await manage.everybody(5)).toEqual(found.map(plain));
    });

    test('ticks in the box are kept over its pages, and then exactly those are taken out', async ({ people }) => {
        const manage = await Manage.ofAll(people, '?q=а&sort=email', 109);
        const tick = (place: number) => manage.selected.getByRole('checkbox').nth(place);
        const before = await manage.everybody(5);
        await tick(8).check();
        await manage.leaf('Первый', 1, 5);
        await tick(0).check();
        await tick(24).check();
        await manage.leaf('Далее', 2, 5);
        await expect(manage.selected.getByText('отмечено: 3')).toBeVisible();
        await tick(5).check();
        // Whoever is ticked and cleared again stays.
        await tick(6).check();
        await manage.leaf('Последний', 5, 5);
        await expect(tick(8)).toBeChecked();
        await manage.leaf('Назад', 4, 5);
        await expect(manage.selected.locator(':checked')).toHaveCount(0);
        await manage.leaf('Назад', 3, 5);
        await manage.leaf('Назад', 2, 5);
        await expect(tick(5)).toBeChecked();
        await tick(6).uncheck();
        await people.page.reload();
        await expect(manage.selected.getByText('отмечено: 4')).toBeVisible();
        await expect(manage.selected.getByText('Страница 2 из 5')).toBeVisible();
        await expect(manage.selected.locator(':checked')).toHaveCount(1);
        await manage.leaf('Первый', 1, 5);
        await expect(manage.selected.locator(':checked')).toHaveCount(2);
        await press(manage.selected.getByRole('button', { name: 'Убрать отмеченных' }));
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (105)');
        await expect(manage.selected.locator(':checked')).toHaveCount(0);
        // Whoever goes back finds nobody ticked who is out.
        await people.page.goBack();
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (105)');
        await expect(people.page.locator('form[data-checking]')).toHaveCount(0);
        await expect(manage.selected.getByText('отмечено')).toHaveCount(0);
        await expect(people.page.locator('[name="out"][type="hidden"]')).toHaveCount(0);
        const out = [0, 24, 30, 108];
        expect(await manage.everybody(5)).toEqual(before.filter((_, place) => !out.includes(place)));
    });

    test('ticking a product leaves the box on its page', async ({ people }) => {
        const manage = await Manage.ofAll(people, '?q=а&sort=email', 109);
        await manage.leaf('Последний', 5, 5);
        const names = await manage.names();
        await manage.turn('Архив', /получат/);
        await expect(manage.selected.getByText('Страница 5 из 5')).toBeVisible();
        expect(await manage.names()).toEqual(names);
    });

    test('what is ticked outlives a reload, and a look elsewhere', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        const there = people.page.url();
        const same = async () => {
            await expect(manage.state('Почта')).toHaveText('будет у всех: получат 2');
            await expect(manage.box('Почта')).toBeChecked();
            await expect(manage.selected.getByRole('checkbox', { name: FREE[1] })).toBeChecked();
            await expect(people.page.getByRole('button', { name: 'Сохранить (2)' })).toBeEnabled();
        };
        await manage.turn('Почта', 'будет у всех: получат 2');
        await manage.selected.getByRole('checkbox', { name: FREE[1] }).check();
        await people.page.reload();
        await same();
        await people.page.goto('/orders');
        await people.page.goBack();
        await same();
        // A page of its own begins as it was kept.
        const other = await people.page.context().newPage();
        await other.goto(there);
        await expect(new Manage(other).box('Почта')).not.toBeChecked();
    });

    test('of the selected somebody stays', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        await manage.turn('Почта', /получат 2/);
        for (const name of [FREE[0], FREE[1]]) await manage.selected.getByRole('checkbox', { name, exact: true }).check();
        await press(manage.selected.getByRole('button', { name: 'Убрать отмеченных' }));
        await expect(people.page.getByRole('alert')).toContainText('Никто не выбран.');
        expect(await manage.names()).toEqual([FREE[0], FREE[1]]);
        await expect(manage.box('Почта')).toBeChecked();
    });

    test('«Назначено» opens the list of those who hold it, in the order of the table', async ({ people }) => {
        const { basicMail, basic, mailVideo, mail } = OFFICE;
        const manage = await Manage.found(people, '?sort=email&dir=desc', mail, FREE[0], basicMail, basic, mailVideo);
        const order = await manage.names();
        const row = manage.row('Почта');
        await expect(row.locator('.assigned')).toContainText('3 из 5');
        const list = row.getByRole('list', { name: 'У кого из выбранных есть' });
        await expect(list).toBeHidden();
        await press(row.locator('.assigned summary'));
        const holding: string[] = [basicMail, mailVideo, mail];
        await expect(list.getByRole('listitem')).toHaveText(order.filter(name => holding.includes(name)));
        // One list at a time.
        await press(manage.row('Офис Базовый').locator('.assigned summary'));
        await expect(list).toBeHidden();
        await expect(manage.row('Офис Базовый').getByRole('listitem').filter({ hasText: basic })).toBeVisible();
    });

    test('a long list of holders turns its pages, and nothing that is ticked is lost by that', async ({ people }) => {
        const manage = await Manage.ofAll(people, '?sort=email&dir=desc', 317);
        await manage.leaf('Далее', 2, 13);
        await manage.turn('Архив', /получат/);
        const row = manage.row('ПЭП');
        const list = row.getByRole('list', { name: 'У кого из выбранных есть' });
        const turn = async (name: string, page: number) => {
            await press(row.getByRole('button', { name, exact: true }));
            await expect(row.getByText(`Страница ${page} из 2`)).toBeVisible();
        };
        await press(row.locator('.assigned summary'));
        await expect(list.getByRole('listitem')).toHaveCount(50);
        await expect(row.getByText('Страница 1 из 2')).toBeVisible();
        await expect(row.getByRole('button', { name: 'Назад' })).toBeDisabled();
        const names = await list.getByRole('listitem').allTextContents();
        await turn('Последний', 2);
        // It is seen: nothing lies above it, or cuts it off.
        await list.getByRole('listitem').last().scrollIntoViewIfNeeded();
        await expect(list.getByRole('listitem').last()).toBeInViewport({ ratio: 1 });
        await fits(people.page, 'a list of holders');
        names.push(...await list.getByRole('listitem').allTextContents());
        await turn('Назад', 1);
        await expect(manage.state('Архив')).toContainText('получат');
        await expect(manage.selected.getByText('Страница 2 из 13')).toBeVisible();
        await people.page.keyboard.press('Escape');
        await expect(list).toBeHidden();
        // As the table has them.
        await people.open('?sort=email&dir=desc&size=100');
        const order: string[] = [];
        for (let page = 1; ; page++) {
            const rows = people.rows.filter({ has: people.page.locator('.licence', { hasText: /^ЛК(?! с)/ }) });
            order.push(...await rows.locator('td.name').allTextContents());
            if (page === 4) break;
            await leaf(people, 'Далее', `${page * 100 + 1}–${Math.min(317, page * 100 + 100)} из 317`);
        }
        expect(names.map(plain)).toEqual(order.map(plain));
        expect(names).toHaveLength(63);
    });

    test('whoever can get nothing is taken out by one press, and what is ticked stays', async ({ people }) => {
        const manage = await Manage.found(people, '', FREE[0], FREE[1], DISMISSED[0]);
        await manage.box('Почта').click();
        await expect(manage.save).toHaveText('Сохранить (2)');
        const out = manage.happens.getByRole('button', { name: 'Убрать из выбранных (1)' });
        await fits(people.page);
        await press(out);
        await expect(people.page.getByRole('heading', { name: 'Выбранные пользователи (2)' })).toBeVisible();
        await expect(manage.box('Почта')).toBeChecked();
        await expect(manage.conflicts('Почта')).toHaveCount(0);
        await expect(manage.save).toHaveText('Сохранить (2)');
        await expect(out).toHaveCount(0);
    });

    test('taking away what another needs says what falls with it', async ({ people }) => {
        const manage = await Manage.found(people, '', OFFICE.mailVideo, OFFICE.proMailVideo, OFFICE.mail);
        await manage.turn('Почта', 'не будет ни у кого: лишатся 3');
        await expect(manage.conflicts('Почта')).toHaveText('Вместе с ним будет отозван продукт «Видеосвязь»: 2. Без него он не работает.');
        await expect(manage.state('Видеосвязь')).toHaveText('без изменений: лишатся вместе с тем, без чего он не работает 2');
        await expect(manage.save).toHaveText('Сохранить (3)');
        // It cannot be given to the third either.
        await manage.turn('Видеосвязь', 'будет у всех');
        await expect(manage.conflicts('Видеосвязь')).toHaveText('Сначала нужен продукт «Почта», без него останутся: 3. Оставьте «Почта».');
        await expect(manage.save).toBeDisabled();
        await press(manage.box('Почта'));
        await expect(manage.conflicts('Видеосвязь')).toHaveCount(0);
        await expect(manage.state('Видеосвязь')).toHaveText('будет у всех: получат 1');
        await expect(manage.conflicts('Почта')).toHaveCount(0);
    });

    test('without any of its service plans a product is not given, and stays ticked until it has one', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        const plan = (name: string) => manage.row('Почта').getByRole('checkbox', { name });
        await manage.turn('Почта', 'будет у всех: получат 1');
        await press(manage.row('Почта').getByText('Просмотреть планы обслуживания'));
        await plan('Почтовый ящик').uncheck();
        await plan('Календарь').uncheck();
        await expect(manage.row('Почта').getByText('1 из 3')).toBeVisible();
        await plan('Контакты').uncheck();
        await expect(manage.conflicts('Почта')).toHaveText('Выберите хотя бы один план обслуживания.');
        await expect(manage.save).toBeDisabled();
        await expect(manage.box('Почта')).toBeChecked();
        await plan('Контакты').check();
        await expect(manage.conflicts('Почта')).toHaveCount(0);
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 1');
        const done = await Managed.of(manage);
        await expect(done.done(FREE[0])).toHaveText(['Почта: выдано (Контакты)']);
    });

    test('service plans are given to some and changed for others in one save; plans that differ stay so unasked', async ({ people }) => {
        let manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        const plan = (name: string) => manage.row('Почта').getByRole('checkbox', { name });
        const plans = () => press(manage.row('Почта').getByText('Просмотреть планы обслуживания'));
        await manage.turn('Почта', 'будет у всех: получат 1');
        await plans();
        await plan('Календарь').uncheck();
        await Managed.of(manage);

        manage = await Manage.found(people, '', FREE[0], OFFICE.mail);
        await plans();
        await expect(manage.row('Почта').getByText('У тех, у кого продукт есть, планы разные.')).toBeVisible();
        await manage.turn('Архив', 'будет у всех: получат 2');
        let done = await Managed.of(manage);
        for (const name of [FREE[0], OFFICE.mail]) await expect(done.done(name)).toHaveText(['Архив: выдано']);

        manage = await Manage.found(people, '', FREE[1], OFFICE.mail);
        await manage.turn('Почта', 'будет у всех: получат 1');
        await plans();
        await plan('Контакты').uncheck();
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 1, сменят планы 1');
        done = await Managed.of(manage);
        await expect(done.done(FREE[1])).toHaveText(['Почта: выдано (Почтовый ящик, Календарь)']);
        await expect(done.done(OFFICE.mail)).toHaveText(['Почта: планы изменены (Почтовый ящик, Календарь)']);
        await press(done.undo);
        await expect(done.heading).toHaveText('Лицензии возвращены');
        manage = await Manage.found(people, '', OFFICE.mail);
        await plans();
        for (const name of ['Почтовый ящик', 'Календарь', 'Контакты']) await expect(plan(name)).toBeChecked();
    });

    test('the page, the region and what is open in them fit, and fingers too', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.found(people, '', FREE[0], OFFICE.proMailVideo, OFFICE.mail, OFFICE.archive);
        await fits(page, 'as it comes');
        for (const product of ['Офис Профи', 'Почта', 'Видеосвязь']) await press(manage.row(product).getByText('Просмотреть планы обслуживания'));
        await expect(manage.products.getByRole('checkbox', { name: 'Совместная работа' })).toBeVisible();
        await fits(page, 'plans');
        for (const product of ['Почта', 'Архив']) {
            await press(manage.row(product).locator('.assigned summary'));
            const holders = manage.row(product).getByRole('list', { name: 'У кого из выбранных есть' });
            await holders.scrollIntoViewIfNeeded();
            await expect(holders).toBeInViewport({ ratio: 1 });
            await fits(page, `holders of ${product}`);
        }
        await shot(page, 'manage-open');
        for (const product of ['Офис Базовый', 'Видеосвязь', 'Почта', 'Почта']) await press(manage.box(product));
        await expect(manage.conflicts('Видеосвязь')).not.toHaveCount(0);
        await expect(manage.conflicts('Офис Базовый')).not.toHaveCount(0);
        await fits(page, 'conflicts');
        await press(page.getByRole('button', { name: 'Регион…' }));
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Регион пользователей');
        await fits(page, 'region');
        await shot(page, 'region');
    });

    test('a box of several pages fits, and fingers too', async ({ people }) => {
        const manage = await Manage.ofAll(people, '?q=а&sort=email', 109);
        await manage.leaf('Далее', 2, 5);
        await fits(people.page);
    });
}
