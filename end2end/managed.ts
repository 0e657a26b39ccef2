// What «Сохранить» of «Управление лицензиями» does, on the desk and by touch alike: all of it once, or nothing; and its report.
import { readFile } from 'node:fs/promises';
import { MODE } from './applications';
import { check } from './axe';
import { Manage, Managed, OFFICE, plain } from './manage';
import { asPartner, atCustomer, notice, PARTNER } from './partner';
import { DISMISSED, FREE, ONE_MORE, People } from './people';
import { again, as, expect, like, shot, test } from './server';
import { fits, press } from './touch';

const { basicMail, basicMailVideo, mail, mailVideo, proMailVideo } = OFFICE;

/** What the table says that somebody holds. */
async function holds(people: People, name: string) {
    await people.open(`?q=${encodeURIComponent(name.split(' ')[0]!)}`);
    const chips = await people.row(name).locator('.licence .chip').allTextContents();
    return chips.sort();
}

/** The operations over several products, as their list has them. */
async function operations(people: People) {
    await people.page.goto('/operations');
    await expect(people.page.getByRole('heading', { level: 1 })).toHaveText('Операции');
    return people.page.getByRole('row').filter({ hasText: 'Изменение лицензий' });
}

/** Presses «Сохранить» although it is disabled: what the page does not let through, the server refuses. */
async function force(manage: Manage) {
    await manage.save.evaluate((button: HTMLButtonElement) => { button.disabled = false; });
    await press(manage.save);
}

/** Ticks a product and presses «Сохранить» at once, as no hand could. */
async function rush(manage: Manage, product: string) {
    await manage.box(product).evaluate((box: HTMLInputElement) => {
        box.click();
        document.getElementById('save')!.click();
    });
}

/** After that either it is saved, or the page says what it would do and waits for another press. */
async function rushed(manage: Manage, product: string, says: string) {
    const report = new Managed(manage.page);
    await expect(manage.state(product).filter({ hasText: says }).or(report.undo)).toBeVisible();
    if (await report.undo.isVisible()) return report;
    await expect(manage.page.getByRole('status')).not.toBeEmpty();
    return Managed.of(manage);
}

/** Two who cannot have what is wished, each for a reason of their own, and two who get it. */
async function partly(people: People) {
    const manage = await Manage.found(people, '', FREE[0], FREE[1], proMailVideo, DISMISSED[0]);
    await manage.turn('Офис Базовый', 'будет у всех: получат 2');
    await manage.turn('Архив', 'будет у всех: получат 2');
    return manage;
}

const moved = (manage: Manage) => manage.page.getByRole('alert').filter({ hasText: 'Пока Вы смотрели, данные изменились. Ничего не сохранено' });

export function managed() {
    test('several products are set and cleared in one save; of everybody it is told what they got and lost, and it is put back', async ({ people }) => {
        const before = [await holds(people, basicMailVideo), await holds(people, mailVideo)];
        const manage = await Manage.found(people, '', basicMailVideo, mailVideo, FREE[0]);
        for (const product of ['Почта', 'Видеосвязь', 'Офис Базовый']) {
            await manage.turn(product, /^будет у всех/);
            await manage.turn(product, /^не будет ни у кого: лишатся [12]$/);
        }
        await manage.turn('Архив', 'будет у всех: получат 3');
        await manage.turn('Многопользовательский режим', 'будет у всех: получат 3');
        await expect(manage.save).toHaveText('Сохранить (3)');
        const done = await Managed.of(manage);
        await expect(done.rows('Успешно', 3)).toHaveCount(3);
        const given = ['Архив: выдано', `${MODE}: выдано`];
        await expect(done.done(basicMailVideo)).toHaveText(['Офис Базовый: отозвано', 'Почта: отозвано', 'Видеосвязь: отозвано', ...given]);
        await expect(done.done(mailVideo)).toHaveText(['Почта: отозвано', 'Видеосвязь: отозвано', ...given]);
        await expect(done.done(FREE[0])).toHaveText(given);
        await shot(people.page, 'managed-several');
        const report = people.page.url();
        expect(await holds(people, FREE[0])).toEqual(['Архив', MODE]);
        expect(await holds(people, mailVideo)).toEqual([...before[1]!.filter(held => !['Почта', 'Видеосвязь'].includes(held)), 'Архив', MODE].sort());

        await people.page.goto(report);
        await press(done.undo);
        await expect(done.heading).toHaveText('Лицензии возвращены');
        expect([await holds(people, basicMailVideo), await holds(people, mailVideo)]).toEqual(before);
        expect(await holds(people, FREE[0])).toEqual([]);
        await people.page.goto(report);
        await expect(people.page.getByText('Возвращена', { exact: true })).toBeVisible();
        await expect(done.undo).toHaveCount(0);
    });

    test('of two products one is short: neither is given, in the browser and on the server', async ({ people }) => {
        const { page } = people;
        const four = [...FREE, ONE_MORE];
        const manage = await Manage.of(people, '?tab=candidate', ...four);
        await manage.turn('Почта', 'будет у всех: получат 4');
        await manage.turn('Видеосвязь', 'будет у всех: получат 4');
        await expect(manage.row('Видеосвязь').locator('.available')).toContainText('не хватает 1');
        await expect(manage.row('Почта').locator('.available')).toContainText('останется 8');
        await expect(manage.happens.getByRole('alert')).toContainText('Видеосвязь: не хватает 1');
        await expect(manage.row('Видеосвязь').getByRole('link', { name: 'Купить ещё: Видеосвязь' })).toHaveAttribute('href', /seats=1$/);
        await expect(manage.save).toBeDisabled();
        await force(manage);
        await expect(page.getByRole('alert').first()).toHaveText('«Видеосвязь». Лицензий не хватает.');
        for (const product of ['Почта', 'Видеосвязь']) await expect(manage.box(product)).toBeChecked();
        await expect(manage.save).toBeDisabled();
        for (const name of four) expect(await holds(people, name)).toEqual([]);
        await expect(await operations(people)).toHaveCount(0);
    });

    test('what excludes each other is refused by the server too', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await press(manage.box('Офис Базовый'));
        await press(manage.box('Офис Профи'));
        await expect(manage.conflicts('Офис Базовый')).toHaveText('Нельзя вместе с «Офис Профи». Снимите одну из отметок: «Офис Базовый» или «Офис Профи».');
        await expect(manage.happens).toContainText('Никто не изменится: все, кого это касается, останутся без изменений по причинам ниже.');
        await force(manage);
        await expect(people.page.getByRole('alert')).toContainText('никого, к кому это применимо');
        for (const product of ['Офис Базовый', 'Офис Профи']) await expect(manage.box(product)).toBeChecked();
        expect(await holds(people, FREE[0])).toEqual([]);
        await expect(await operations(people)).toHaveCount(0);
    });

    test('a colleague takes the stock in between: nothing is done, it is said what moved, and less can be saved', async ({ people, colleague }) => {
        const three = [...FREE];
        const manage = await Manage.of(people, '?tab=candidate', ...three);
        for (const product of ['Почта', 'Видеосвязь']) await manage.turn(product, 'будет у всех: получат 3');
        const theirs = await Manage.of(new People(colleague), '?tab=candidate', ONE_MORE);
        for (const product of ['Почта', 'Видеосвязь']) await theirs.turn(product, 'будет у всех: получат 1');
        await Managed.of(theirs);

        await press(manage.save);
        await expect(moved(manage).getByRole('listitem')).toHaveText(['Почта: доступно 11 вместо 12', 'Видеосвязь: доступно 2 вместо 3']);
        await expect(manage.row('Видеосвязь').locator('.available')).toContainText('не хватает 1');
        for (const product of ['Почта', 'Видеосвязь']) await expect(manage.box(product)).toBeChecked();
        await expect(manage.box('Архив')).not.toBeChecked();
        await expect(manage.save).toBeDisabled();
        await fits(people.page);
        await shot(people.page, 'manage-moved');
        await check(people.page, 'manage, moved');
        for (const name of three) expect(await holds(new People(colleague), name)).toEqual([]);

        await manage.selected.getByRole('checkbox', { name: three[2]!, exact: true }).check();
        await press(manage.selected.getByRole('button', { name: 'Убрать отмеченных' }));
        await expect(manage.save).toHaveText('Сохранить (2)');
        const done = await Managed.of(manage);
        await expect(done.done(three[0]!)).toHaveText(['Почта: выдано (все планы)', 'Видеосвязь: выдано (все планы)']);
        expect(await holds(people, three[2]!)).toEqual([]);
    });

    test('a colleague gives it to one of them in between: that is said, and the second press does the rest', async ({ people, colleague }) => {
        const manage = await Manage.of(people, '?tab=candidate', ...FREE);
        await manage.turn('Архив', 'будет у всех: получат 3');
        await manage.turn('Почта', 'будет у всех: получат 3');
        const theirs = await Manage.of(new People(colleague), '?tab=candidate', FREE[1]);
        await theirs.turn('Почта', 'будет у всех: получат 1');
        await Managed.of(theirs);

        await press(manage.save);
        await expect(moved(manage).getByRole('listitem')).toHaveText(['Почта: получат 2 вместо 3', 'Почта: доступно 11 вместо 12']);
        for (const product of ['Почта', 'Архив']) await expect(manage.box(product)).toBeChecked();
        expect(await holds(new People(colleague), FREE[0])).toEqual([]);
        const done = await Managed.of(manage);
        await expect(done.done(FREE[0])).toHaveText(['Почта: выдано (все планы)', 'Архив: выдано']);
        await expect(done.done(FREE[1])).toHaveText(['Архив: выдано']);
    });

    test('whoever presses «Сохранить» twice saves once', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        const form = page.url();
        await manage.turn('Почта', 'будет у всех: получат 2');
        // The same page once more, as another tab has it.
        const second = await page.context().newPage();
        await second.goto(form);
        const copy = new Manage(second);
        await copy.turn('Почта', 'будет у всех: получат 2');
        const third = await page.context().newPage();
        await third.goto(form);
        const other = new Manage(third);
        await other.turn('Архив', 'будет у всех: получат 2');

        await manage.save.dblclick();
        const report = new Managed(page);
        await expect(report.heading).toHaveText('Лицензии обновлены');
        await expect(report.rows('Успешно', 2)).toHaveCount(2);
        const there = page.url();
        // Back leads to what was done, and so does the same press.
        await page.goBack();
        await expect(page).toHaveURL(there);
        await expect(manage.save).toHaveCount(0);
        await press(copy.save);
        await expect(second).toHaveURL(there);
        // What was ticked otherwise is not done any more, and that is said.
        await press(other.save);
        await expect(third.getByRole('main')).toContainText('Операция уже завершена');
        await second.close();
        await third.close();

        await expect(await operations(people)).toHaveCount(1);
        await expect((await operations(people)).first()).toContainText('2');
        expect(await holds(people, FREE[0])).toEqual(['Почта']);
        const after = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1], FREE[2]);
        await expect(after.row('Почта').locator('.available')).toContainText('10');
        await expect(after.row('Архив').locator('.available')).toContainText('10');
        await expect(after.row('Почта').locator('.assigned')).toContainText('2 из 3');
    });

    test('of a person all is done or nothing, and every error is listed with its reason and what would mend it', async ({ people }) => {
        const { page } = people;
        // Two of them are where «Архив» may not be used.
        const there = await Manage.found(people, '', FREE[2], proMailVideo);
        await press(page.getByRole('button', { name: 'Регион…' }));
        await page.getByRole('combobox', { name: 'Регион' }).selectOption('16');
        await press(page.getByRole('button', { name: 'Сохранить (2)' }));
        await expect(there.products).toBeVisible();

        const before = await holds(people, proMailVideo);
        const manage = await Manage.found(people, '', ...FREE, proMailVideo, DISMISSED[0]);
        await manage.turn('Офис Базовый', 'будет у всех: получат 3');
        await manage.turn('Архив', 'будет у всех: получат 2');
        await expect(manage.conflicts('Офис Базовый')).toHaveText([
            /^Уволены: 1\./,
            '«Офис Профи» есть у 1 человека. Снимите «Офис Профи».',
            'Не получат: 1. Сначала исправьте то, что сказано у «Архив».',
        ]);
        await expect(manage.conflicts('Архив')).toHaveText([/^Уволены: 1\./, /^Недоступен в регионе пользователей: 2\./]);
        await expect(manage.happens.getByText('Останутся без изменений: 3')).toBeVisible();
        await shot(page, 'manage-partly');
        const done = await Managed.of(manage, 'Лицензии обновлены, но не для всех');
        const errors = done.rows('Не удалось', 3);
        await expect(errors).toHaveCount(3);
        const region = /^Измените регион пользователей/;
        for (const [name, reasons, remedies] of [
            [DISMISSED[0], ['«Офис Базовый»: пользователь уволен', '«Архив»: пользователь уволен'], [/^Уволенным лицензии не выдаются/]],
            [
                proMailVideo,
                ['«Архив»: недоступен в регионе пользователя', '«Офис Базовый»: нельзя вместе с «Офис Профи»'],
                [region, 'Снимите «Офис Профи»'],
            ],
            [FREE[2], ['«Архив»: недоступен в регионе пользователя'], [region]],
        ] as const) {
            const cells = errors.filter({ hasText: name }).getByRole('cell');
            await expect(cells.nth(1).getByRole('listitem')).toHaveText(reasons);
            await expect(cells.nth(2).getByRole('listitem')).toHaveText(remedies);
        }
        for (const name of [FREE[0], FREE[1]]) await expect(done.done(name)).toHaveText(['Офис Базовый: выдано', 'Архив: выдано']);
        await fits(page);
        await shot(page, 'managed-partly');
        expect(await holds(people, proMailVideo)).toEqual(before);
        for (const name of [FREE[2], DISMISSED[0]]) expect(await holds(people, name)).toEqual([]);
        for (const name of [FREE[0], FREE[1]]) expect(await holds(people, name)).toEqual(['Архив', 'Офис Базовый']);
    });

    test('the report is saved as CSV: everybody with the outcome, its reason and what was done', async ({ people }) => {
        const { page } = people;
        await Managed.of(await partly(people), 'Лицензии обновлены, но не для всех');
        const [download] = await Promise.all([page.waitForEvent('download'), press(page.getByRole('link', { name: 'Скачать CSV' }))]);
        expect(download.suggestedFilename()).toMatch(/^licentia-\d+\.csv$/);
        const bytes = await readFile(await download.path());
        expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
        const [head, ...lines] = plain(bytes.toString('utf8').slice(1)).trimEnd().split('\r\n');
        expect(head).toBe('Пользователь;E-mail;Результат;Что сделать;Офис Базовый;Архив');
        const fields = lines.map(line => line.split(';'));
        const line = (name: string) => fields.filter(([who]) => who === name).map(([, , ...rest]) => rest);
        expect(fields).toHaveLength(4);
        expect(line(DISMISSED[0])).toEqual([['«Офис Базовый»: пользователь уволен / «Архив»: пользователь уволен', 'Уволенным лицензии не выдаются: уберите их из выбранных', '', '']]);
        expect(line(proMailVideo)).toEqual([['«Офис Базовый»: нельзя вместе с «Офис Профи»', 'Снимите «Офис Профи»', '', '']]);
        for (const name of [FREE[0], FREE[1]]) expect(line(name)).toEqual([['Лицензии обновлены', '', 'выдано', 'выдано']]);
        expect(fields.find(([who]) => who === FREE[0])?.[1]).toBe('a.gerasimova@mail.example');
    });

    test('the failed are tried again with what was wished, until all is done', async ({ people }) => {
        const { page } = people;
        const first = await Managed.of(await partly(people), 'Лицензии обновлены, но не для всех');
        await press(first.again);
        const manage = new Manage(page);
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (2)');
        expect((await manage.names()).sort()).toEqual([DISMISSED[0], proMailVideo].sort());
        for (const product of ['Офис Базовый', 'Архив']) await expect(manage.box(product)).toBeChecked();
        await expect(manage.save).toBeDisabled();
        await manage.selected.getByRole('checkbox', { name: DISMISSED[0], exact: true }).check();
        await press(manage.selected.getByRole('button', { name: 'Убрать отмеченных' }));
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (1)');
        await manage.turn('Офис Профи', 'не будет ни у кого: лишатся 1');
        const done = await Managed.of(manage);
        await expect(done.done(proMailVideo)).toHaveText(['Офис Базовый: выдано', 'Офис Профи: отозвано', 'Архив: выдано']);
        await expect(done.again).toHaveCount(0);
        await fits(page);
    });

    test('what is saved at once after a tick is what was ticked', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await manage.turn('Почта', 'будет у всех: получат 1');
        await expect(manage.save).toBeEnabled();
        // What it would do is answered late.
        let answer = () => {};
        const gate = new Promise<void>(resolve => { answer = resolve; });
        await page.route(/\/users\/manage\/\d+$/, async route => {
            await gate;
            await route.continue();
        });
        await rush(manage, 'Видеосвязь');
        await manage.save.evaluate((button: HTMLButtonElement) => button.click());
        answer();
        const done = await rushed(manage, 'Видеосвязь', 'будет у всех: получат 1');
        await expect(done.done(FREE[0])).toHaveText(['Почта: выдано (все планы)', 'Видеосвязь: выдано (все планы)']);
        await expect(await operations(people)).toHaveCount(1);
    });

    test('what is cleared at once before saving is not given', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await manage.turn('Архив', 'будет у всех: получат 1');
        await manage.turn('Почта', 'будет у всех: получат 1');
        await rush(manage, 'Почта');
        const done = await rushed(manage, 'Почта', 'без изменений');
        await expect(done.done(FREE[0])).toHaveText(['Архив: выдано']);
        expect(await holds(people, FREE[0])).toEqual(['Архив']);
    });

    test('what is ticked while an answer is on its way stays ticked, and is saved', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        let answer = () => {};
        const gate = new Promise<void>(resolve => { answer = resolve; });
        let waits = () => {};
        const waiting = new Promise<void>(resolve => { waits = resolve; });
        // The first answer is there, and comes after the second tick. Whoever does not want it any more has given it up.
        await page.route(/\/users\/manage\/\d+$/, async route => {
            const response = await route.fetch();
            waits();
            await gate;
            await route.fulfill({ response }).catch(() => {});
        }, { times: 1 });
        await press(manage.box('Почта'));
        await waiting;
        await manage.box('Архив').evaluate((box: HTMLInputElement) => box.click());
        answer();
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 1');
        await expect(manage.state('Архив')).toHaveText('будет у всех: получат 1');
        await expect(manage.box('Архив')).toBeChecked();
        const done = await Managed.of(manage);
        await expect(done.done(FREE[0])).toHaveText(['Почта: выдано (все планы)', 'Архив: выдано']);
    });

    test('Enter saves nothing', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await manage.turn('Почта', 'будет у всех: получат 1');
        const answered = page.waitForResponse(answer => answer.request().method() === 'POST');
        await manage.box('Почта').press('Enter');
        await answered;
        await expect(page).toHaveURL(/\/users\/manage\/\d+$/);
        await expect(manage.box('Почта')).toBeChecked();
        await expect(manage.save).toBeEnabled();
        expect(await holds(people, FREE[0])).toEqual([]);
        await expect(await operations(people)).toHaveCount(0);
    });

    test('to take something from a hundred people and more one types how many they are', async ({ people }) => {
        const { page } = people;
        await again(people);
        const manage = await Manage.ofAll(people, '?licence=any', 124);
        for (const product of ['ПЭП', 'УНЭП EasyDocs']) {
            await manage.turn(product, /^будет у всех/);
            await manage.turn(product, /^не будет ни у кого: лишатся \d+$/);
        }
        const number = (await manage.save.innerText()).replace(/\D/g, '');
        expect(Number(number)).toBeGreaterThanOrEqual(100);
        const typed = page.getByLabel(`Чтобы подтвердить, введите число: ${number}`);
        await fits(page);
        await press(manage.save);
        await expect(page.getByRole('alert')).toBeVisible();
        await expect(page).not.toHaveURL(/operations/);
        await expect(manage.state('ПЭП')).toHaveText(/^не будет ни у кого/);
        // What was typed stays while something else is ticked.
        await typed.fill(number);
        await manage.turn('Архив', /^будет у всех/);
        await expect(manage.row('Архив').locator('.available')).toContainText('не хватает');
        await manage.turn('Архив', /^не будет ни у кого: лишатся 1$/);
        await manage.turn('Архив', 'без изменений');
        await expect(typed).toHaveValue(number);
        // What proves a deed is not kept with the boxes.
        expect(await page.evaluate(() => new URLSearchParams(history.state.boxes).has('size'))).toBe(false);
        const done = await Managed.of(manage);
        await expect(page.getByText(`Успешно (${number})`)).toBeVisible();
        await expect(done.undo).toBeVisible();
    });

    test('at a customer’s desk, everybody whom a search finds gets it by the partner', async ({ page, browser, desk }) => {
        const own = await (await browser.newContext(like(page, desk.url))).newPage();
        await asPartner(own);
        const people = await atCustomer(own, 'Ромашка');
        await people.find('герас', FREE[0]);
        await people.rows.first().getByRole('checkbox').check();
        await press(people.button('Выбрать все 2 по фильтру'));
        const manage = await Manage.ofTicked(people, 2);
        await expect(own).toHaveURL(/\/for\/1\/users\/manage\/\d+$/);
        expect(await manage.names()).toEqual([FREE[0], FREE[1]]);
        await expect(notice(own)).toContainText('ООО «Ромашка»');
        await manage.turn('Почта', 'будет у всех: получат 2');
        await manage.turn('Архив', 'будет у всех: получат 2');
        await fits(own);
        await manage.selected.getByRole('checkbox', { name: FREE[1], exact: true }).check();
        await press(manage.selected.getByRole('button', { name: 'Убрать отмеченных' }));
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (1)');
        await expect(own).toHaveURL(/\/for\/1\/users\/manage\/\d+$/);
        const done = await Managed.of(manage);
        await expect(own).toHaveURL(/\/for\/1\/operations\/\d+$/);
        await expect(notice(own)).toContainText('ООО «Ромашка»');
        await expect(own.getByText('Орлова Нина (ООО «Кадры-Сервис»)')).toBeVisible();
        await expect(done.done(FREE[0])).toHaveText(['Почта: выдано (все планы)', 'Архив: выдано']);
        await fits(own);
        await press(done.undo);
        await expect(done.heading).toHaveText('Лицензии возвращены');
        await expect(own).toHaveURL(/\/for\/1\/operations\/\d+$/);
        await own.context().close();
    });

    test('nine seats of an extension; the tenth is asked for by an application, and given when it is processed', async ({ people, browser, desk }) => {
        const { page } = people;
        const all = (await candidates(people)).slice(0, 10);
        const nine = await Manage.of(people, '?tab=candidate&licence=none', ...all.slice(0, 9));
        await nine.turn(MODE, 'будет у всех: получат 9');
        await expect(nine.row(MODE).locator('.available')).toContainText('останется 0');
        const done = await Managed.of(nine);
        await expect(done.rows('Успешно', 9)).toHaveCount(9);

        const tenth = all[9]!;
        const manage = await Manage.found(people, '', tenth);
        await manage.turn(MODE, 'будет у всех: получат 1');
        await expect(manage.row(MODE).locator('.available')).toContainText('не хватает 1');
        await expect(manage.save).toBeDisabled();
        await expect(manage.row(MODE).getByRole('link', { name: /^Купить ещё/ })).toHaveCount(0);
        await fits(page);
        const opened = page.waitForEvent('popup');
        await press(manage.row(MODE).getByRole('link', { name: `Увеличить заявлением: ${MODE}` }));
        const application = await opened;
        await expect(application).toHaveURL('/applications/new');
        await expect(application.getByRole('link', { name: /^Заявление ждёт партнёра/ })).toBeVisible();
        await application.close();

        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner/applications?state=sent&customer=1');
        await press(partner.getByRole('row', { name: /увеличение/ }).getByRole('link'));
        await press(partner.getByRole('button', { name: 'Обработать' }));
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
        await partner.context().close();

        // Reloaded, the page knows what was ticked, and what is there now.
        await page.reload();
        await expect(manage.box(MODE)).toBeChecked();
        await expect(manage.state(MODE)).toHaveText('будет у всех: получат 1');
        await expect(manage.row(MODE).locator('.available')).not.toContainText('не хватает');
        const grown = await Managed.of(manage);
        await expect(grown.done(tenth)).toHaveText([`${MODE}: выдано`]);
        expect(await holds(people, tenth)).toEqual([MODE]);
    });
}

/** Candidates without a licence whose names are unlike each other. */
async function candidates(people: People) {
    await people.open('?tab=candidate&licence=none&sort=name');
    const names = (await people.names.allTextContents()).map(plain);
    const surnames = names.map(name => name.split(' ')[0]);
    return names.filter((_, place) => surnames.indexOf(surnames[place]) === surnames.lastIndexOf(surnames[place]));
}
