// What becomes of an application: as it was sent, as the partner sets it, and as both see it afterwards.
import type { Page } from '@playwright/test';
import { MODE, chip, owners } from './applications';
import { Manage } from './manage';
import { PARTNER } from './partner';
import { People } from './people';
import { as, expect, shot, test } from './server';
import { fits } from './touch';

const NAME = 'Орлова Нина (ООО «Кадры-Сервис»)';
const TODAY = '21.11.2026';

/** The number of the application that is shown. */
const number = async (page: Page) => (await page.getByRole('heading', { level: 1 }).innerText()).replace('Заявление ', '');

const fact = (page: Page, name: string) => page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd');

const mode = (page: Page) => page.getByRole('table', { name: 'Расширения' }).getByRole('row', { name: new RegExp(MODE) });

const queue = (page: Page) => page.getByRole('table', { name: 'Заявления' }).locator('tbody').getByRole('row');

/** Fills in a row of owners. */
async function owner(page: Page, place: number, name: string, email: string, ...roles: string[]) {
    const row = page.getByRole('group', { name: `Владелец ${place}`, exact: true });
    await row.getByLabel('Фамилия, имя, отчество').fill(name);
    await row.getByLabel('E-mail').fill(email);
    for (const role of roles) await row.getByLabel(role).check();
}

/** Sends an application for the mode to be connected; its number. */
async function send(customer: Page, size: string, comment = '') {
    await customer.goto('/applications/new');
    await customer.getByRole('link', { name: `Подключить: ${MODE}` }).click();
    await customer.getByLabel(size).check();
    await owner(customer, 1, 'Белкина Вера', '', 'подписание');
    await customer.getByLabel('Прочие сведения').fill(comment);
    await customer.getByRole('button', { name: 'Отправить заявление' }).click();
    await expect(customer.getByRole('status')).toContainText('Заявление отправлено');
    return number(customer);
}

async function open(partner: Page, application: string) {
    await partner.goto('/partner/applications');
    await partner.getByRole('link', { name: application }).click();
    await expect(partner.getByRole('heading', { level: 1 })).toHaveText(`Заявление ${application}`);
}

/** The card of a customer, «Продукты». */
async function products(partner: Page, customer: string) {
    await partner.goto(`/partner/customers?q=${encodeURIComponent(customer)}`);
    await partner.getByRole('link', { name: `ООО «${customer}»`, exact: true }).click();
    await partner.getByRole('link', { name: 'Продукты' }).click();
}

/** Sends a form past the page that has it, with whatever fields. */
async function post(page: Page, call: string, fields: [string, string][]) {
    const headers = { origin: new URL(page.url()).origin, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    return page.request.post(`/api/${call}`, { data: new URLSearchParams(fields).toString(), headers });
}

const hidden = (page: Page, name: string) => page.locator(`form[action="/api/process_application"] input[name=${name}]`).inputValue();

/** The same on the desk and on the phone. */
export function checkDecisions() {
    test('that the mode is not wanted, owners with all their roles and other details arrive as they were sent', async ({ browser, page, desk }) => {
        const customer = await as(browser, page, desk.url, 'admin@k004.example');
        await customer.goto('/applications/new');
        await customer.getByRole('link', { name: `Подключить: ${MODE}` }).click();
        await customer.getByLabel(`${MODE}: Включен`).uncheck();
        await owner(customer, 1, 'Белкина Вера Павловна', 'belkina@k004.example', 'подписание', 'шифрование', 'администрирование');
        await owner(customer, 2, 'Зайцев Олег', '', 'шифрование');
        await customer.getByLabel('Прочие сведения').fill('Режим пока не нужен.\n<b>Вернёмся</b> к этому весной & летом.');
        await customer.getByRole('button', { name: 'Отправить заявление' }).click();
        await expect(customer.getByRole('status')).toContainText('Заявление отправлено');
        const application = await number(customer);

        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner/applications?state=sent');
        await expect(queue(partner).filter({ hasText: application })).toContainText('Выключен');
        await open(partner, application);
        for (const side of [customer, partner]) {
            await expect(owners(side).locator('tbody').getByRole('row')).toHaveCount(2);
            const first = owners(side).getByRole('row', { name: /Белкина Вера Павловна/ });
            await expect(first).toContainText('подписание, шифрование, администрирование');
            await expect(first).toContainText('belkina@k004.example');
            await expect(owners(side).getByRole('row', { name: /Зайцев Олег/ })).toContainText('шифрование');
            await expect(side.getByText('Режим пока не нужен.')).toHaveText('Режим пока не нужен.\n<b>Вернёмся</b> к этому весной & летом.', { useInnerText: true });
            await expect(fact(side, 'В заявлении')).toHaveText('Выключен');
            await fits(side);
        }
        await expect(chip(partner, 'Выключен')).toBeVisible();
        await expect(partner.getByText('Клиент при отправке указал, что режим не нужен.')).toBeVisible();
        await expect(partner.getByRole('checkbox', { name: MODE })).not.toBeChecked();
        await shot(partner, 'application-off');
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Обработано без подключения: режим не включён.');
        await customer.reload();
        await expect(customer.getByText('Обработано без подключения: режим не включён.')).toBeVisible();
        await products(partner, 'Гранит');
        await expect(mode(partner)).toContainText('Не подключён');
    });

    test('it is declined with a reason, which the customer reads, and not without one', async ({ browser, page, desk }) => {
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k012.example'), await as(browser, page, desk.url, PARTNER)];
        const application = await send(customer, '10 и более');
        await open(partner, application);
        await partner.getByText('Отклонить').first().click();
        const reason = partner.getByLabel('Причина отказа');
        await partner.getByRole('button', { name: 'Отклонить' }).click();
        await expect(chip(partner, 'Отправлено'), 'the browser asks for it').toBeVisible();
        await reason.fill('   ');
        await partner.getByRole('button', { name: 'Отклонить' }).click();
        await expect(partner.getByText('Заполните это поле')).toBeVisible();
        await expect(reason).toHaveAttribute('aria-invalid', 'true');
        await expect(reason).toBeFocused();
        await expect(reason).toBeInViewport();
        await expect(chip(partner, 'Отправлено')).toBeVisible();
        await fits(partner);
        await reason.fill('В договоре другой ИНН.\nПришлите карточку организации.');
        await partner.getByRole('button', { name: 'Отклонить' }).click();
        await expect(partner.getByRole('status')).toHaveText('Заявление отклонено');
        await expect(partner.getByRole('button', { name: 'Обработать' })).toHaveCount(0);

        await customer.goto('/applications');
        await expect(customer.getByRole('row', { name: application })).toContainText('Отклонено');
        await customer.getByRole('link', { name: application }).click();
        await expect(customer.getByRole('heading', { name: 'Причина отказа' })).toBeVisible();
        await expect(customer.getByText('В договоре другой ИНН.')).toHaveText('В договоре другой ИНН.\nПришлите карточку организации.', { useInnerText: true });
        await expect(fact(customer, 'Решение')).toContainText(NAME);
        await fits(customer);
        await customer.goto('/log?what=orders');
        await expect(customer.getByRole('row', { name: /Заявление отклонено/ })).toContainText(NAME);
        // Another one may be sent at once.
        await customer.goto('/applications/new');
        await expect(customer.getByRole('link', { name: `Подключить: ${MODE}` })).toBeVisible();
    });

    test('the partner clears the option that is set, sets it again, and chooses the size', async ({ browser, page, desk }) => {
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k012.example'), await as(browser, page, desk.url, PARTNER)];
        const application = await send(customer, 'от 2 до 9', 'Нас четверо.');
        await open(partner, application);
        await partner.getByRole('checkbox', { name: MODE }).uncheck();
        await partner.getByRole('button', { name: 'Сохранить исправления' }).click();
        await expect(partner.getByRole('status')).toHaveText('Исправления сохранены, заявление ещё не обработано.');
        await expect(fact(partner, 'Исправлено партнёром')).toHaveText('Выключен');
        await customer.reload();
        // What was sent and what it was set to are both there.
        await expect(fact(customer, 'В заявлении')).toHaveText('Включен, от 2 до 9');
        await expect(fact(customer, 'Исправлено партнёром')).toHaveText('Выключен');
        await partner.getByRole('checkbox', { name: MODE }).check();
        await partner.getByLabel('10 и более').check();
        await partner.getByRole('button', { name: 'Сохранить исправления' }).click();
        await expect(fact(partner, 'Исправлено партнёром')).toHaveText('Включен, 10 и более');
        await partner.getByLabel('от 2 до 9').check();
        await partner.getByRole('button', { name: 'Сохранить исправления' }).click();
        // It is as it was sent again.
        await expect(partner.getByRole('status')).toHaveText('Исправления сохранены, заявление ещё не обработано.');
        await expect(fact(partner, 'Исправлено партнёром')).toHaveCount(0);
        await partner.getByRole('checkbox', { name: MODE }).uncheck();
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Обработано без подключения: режим не включён.');
        await customer.goto('/licenses');
        await expect(mode(customer)).toHaveCount(0);
        await customer.goto('/log?what=orders');
        await expect(customer.getByRole('row', { name: /Заявление исправлено партнёром/ })).toHaveCount(3);
        await expect(customer.getByRole('row', { name: /Заявление исправлено партнёром/ }).first()).toContainText(NAME);
    });

    test('the partner adds nobody: there is no field for it, and a form with owners changes none', async ({ browser, page, desk }) => {
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k012.example'), await as(browser, page, desk.url, PARTNER)];
        const application = await send(customer, 'от 2 до 9');
        await open(partner, application);
        const main = partner.getByRole('main');
        await expect(main.getByRole('textbox').filter({ visible: true })).toHaveCount(0);
        await expect(main.getByRole('button', { name: /Ещё|Добавить/ })).toHaveCount(0);
        await expect(main.getByText('Список владельцев составляет клиент: изменить его здесь нельзя.')).toBeVisible();
        const fields: [string, string][] = [
            ['application', await hidden(partner, 'application')], ['on', 'true'], ['size', '10+'],
            ['name[]', 'Чужой Пётр'], ['email[]', 'chuzhoy@servis.example'], ['roles[]', '1:signing'],
            ['owners[0][name]', 'Чужой Пётр'], ['more', 'true'],
        ];
        for (const call of ['correct_application', 'process_application']) {
            await post(partner, call, [...fields, ['version', await hidden(partner, 'version')]]);
            await partner.reload();
            if (call === 'correct_application') await expect(fact(partner, 'Исправлено партнёром')).toHaveText('Включен, 10 и более');
            for (const side of [partner, customer]) {
                await side.reload();
                await expect(owners(side).locator('tbody').getByRole('row')).toHaveText(['Белкина Вераподписание']);
                await expect(side.getByText('Чужой')).toHaveCount(0);
            }
        }
        await expect(chip(partner, 'Обработано')).toBeVisible();
    });

    test('what the customer has withdrawn is shown as withdrawn, and cannot be processed', async ({ browser, page, desk }) => {
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k012.example'), await as(browser, page, desk.url, PARTNER)];
        const application = await send(customer, 'от 2 до 9');
        await open(partner, application);
        await customer.getByRole('button', { name: 'Отозвать заявление' }).click();
        await expect(customer.getByRole('status')).toContainText('Заявление отозвано.');
        // The partner still has it before them.
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('alert')).toContainText('Заявление уже обработано, отклонено или отозвано.');
        await expect(chip(partner, 'Отозвано')).toBeVisible();
        await expect(partner.getByRole('button', { name: /Обработать|Отклонить|Сохранить/ })).toHaveCount(0);
        await fits(partner);
        await partner.goto('/partner/applications?state=withdrawn');
        await expect(queue(partner).filter({ hasText: application })).toContainText('Отозвано');
        await products(partner, 'Маяк');
        await expect(mode(partner)).toContainText('Не подключён');
        // The customer sends another one.
        expect(await send(customer, 'от 2 до 9')).not.toBe(application);
    });

    test('the queue is filtered by state and customer, and what waits is on top', async ({ browser, page, desk }) => {
        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner/applications');
        const all = await queue(partner).count();
        expect(all).toBeGreaterThanOrEqual(7);
        const states = (await queue(partner).locator('td.state').allTextContents()).map(state => state.trim());
        const waiting = states.filter(state => state === 'Отправлено').length;
        expect(states.slice(0, waiting)).toEqual(Array(waiting).fill('Отправлено'));
        const filter = async (name: string, option: string) => {
            await partner.getByRole('combobox', { name }).selectOption(option);
            await partner.getByRole('button', { name: 'Показать', exact: true }).click();
        };
        let sum = 0;
        for (const state of ['Отправлено', 'Обработано', 'Отклонено', 'Отозвано']) {
            await filter('Состояние', state);
            const found = await queue(partner).locator('td.state').allTextContents();
            expect(found.filter(text => text.trim() !== state), state).toEqual([]);
            if (!found.length) await expect(partner.getByRole('heading', { name: 'Таких заявлений нет' })).toBeVisible();
            sum += found.length;
        }
        expect(sum).toBe(all);
        await filter('Состояние', 'Обработано');
        await filter('Клиент', 'ООО «Ромашка»');
        await expect(queue(partner)).toHaveCount(1);
        await expect(queue(partner)).toContainText(['ООО «Ромашка»']);
        await filter('Состояние', 'Отклонено');
        await expect(partner.getByRole('heading', { name: 'Таких заявлений нет' })).toBeVisible();
        await expect(partner.getByRole('combobox', { name: 'Клиент' })).toHaveValue('1');
        await fits(partner);
        await partner.getByRole('link', { name: 'Показать все заявления' }).click();
        await expect(queue(partner)).toHaveCount(all);
    });

    test('a long queue has pages, which keep the filter', async ({ browser, page, desk }) => {
        test.slow();
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k012.example'), await as(browser, page, desk.url, PARTNER)];
        await partner.goto('/partner/applications?state=withdrawn');
        const before = await queue(partner).count();
        await customer.goto('/applications');
        for (let sent = before; sent < 51; sent++) {
            const answer = await post(customer, 'send_application', [['extension', 'multi_user'], ['size', '2-9']]);
            const id = new URL(answer.url()).pathname.split('/').pop()!;
            await post(customer, 'withdraw_application', [['application', id]]);
        }
        await partner.reload();
        await expect(queue(partner)).toHaveCount(50);
        await expect(partner.getByText('Страница 1 из 2')).toBeVisible();
        await fits(partner);
        await partner.getByRole('navigation', { name: 'Страницы' }).getByRole('link', { name: 'Далее' }).click();
        await expect(partner).toHaveURL('/partner/applications?state=withdrawn&page=2');
        await expect(queue(partner)).toHaveCount(1);
        await expect(queue(partner)).toContainText(['Отозвано']);
        await partner.getByRole('link', { name: 'Первый' }).click();
        await expect(queue(partner)).toHaveCount(50);
        await customer.goto('/applications');
        await expect(queue(customer)).toHaveCount(50);
    });

    test('what is connected is on the card and in the customer’s licences: since when, of which size, held by how many', async ({ browser, page, desk }) => {
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k012.example'), await as(browser, page, desk.url, PARTNER)];
        await open(partner, await send(customer, 'от 2 до 9'));
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
        await expect(fact(partner, 'Что подключено')).toContainText(`включён с ${TODAY}`);
        await products(partner, 'Маяк');
        await expect(mode(partner).getByRole('cell')).toHaveText([MODE, `включён с ${TODAY}`, 'от 2 до 9', '0 из 9']);
        await customer.goto('/licenses');
        await expect(mode(customer).getByRole('cell')).toHaveText([MODE, `включён с ${TODAY}`, 'от 2 до 9', '0 из 9']);
        // Two of its people get it.
        await customer.goto('/users');
        const people = new People(customer);
        await people.awake();
        for (const place of [0, 1]) await people.rows.nth(place).getByRole('checkbox').check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (2)' }).click();
        const manage = new Manage(customer);
        await expect(manage.row(MODE).locator('.available')).toContainText('9');
        await manage.box(MODE).click();
        await manage.save.click();
        await expect(customer.getByRole('heading', { level: 1 })).toHaveText('Лицензии обновлены');
        await customer.goto('/licenses');
        await expect(mode(customer)).toContainText('2 из 9');
        await mode(customer).getByRole('link', { name: MODE }).click();
        await expect(customer.getByRole('heading', { level: 1 })).toHaveText(MODE);
        await expect(customer.getByRole('link', { name: 'Привязанные 2' })).toBeVisible();
        await partner.reload();
        await expect(mode(partner)).toContainText('2 из 9');
        await fits(partner);
    });

    test('growing is asked for by the customer itself, once, and for nothing smaller', async ({ browser, page, desk }) => {
        const [customer, partner] = [await as(browser, page, desk.url, 'admin@k005.example'), await as(browser, page, desk.url, PARTNER)];
        await customer.goto('/applications/new');
        await expect(customer.getByRole('link', { name: `Подключить: ${MODE}` })).toHaveCount(0);
        await customer.getByRole('link', { name: `Увеличить: ${MODE}` }).click();
        await expect(customer.getByText(`${MODE}: увеличение`)).toBeVisible();
        await expect(customer.getByRole('radio')).toHaveCount(1);
        await expect(customer.getByLabel('10 и более')).toBeChecked();
        await expect(customer.getByRole('checkbox', { name: MODE })).toHaveCount(0);
        await fits(customer);
        // The same form in another tab, for later.
        const second = await customer.context().newPage();
        await second.goto(customer.url());
        await owner(second, 1, 'Зайцев Олег', '', 'подписание');
        await owner(customer, 1, 'Белкина Вера', '', 'подписание');
        await customer.getByLabel('Прочие сведения').fill('Нас стало двенадцать.');
        await customer.getByRole('button', { name: 'Отправить заявление' }).click();
        await expect(customer.getByRole('status')).toContainText('Заявление отправлено');
        await expect(fact(customer, 'Что')).toHaveText(`${MODE}: увеличение`);
        const application = await number(customer);

        await second.getByRole('button', { name: 'Отправить заявление' }).click();
        await expect(second.getByRole('alert')).toContainText('Заявление на это расширение уже отправлено и ждёт партнёра.');
        await expect(second.getByRole('link', { name: `Заявление ждёт партнёра: ${application}` })).toBeVisible();
        await fits(second);
        await customer.goto('/applications');
        await expect(queue(customer).filter({ hasText: 'увеличение' })).toHaveCount(1);

        await partner.goto('/partner/applications?state=sent');
        await expect(queue(partner).filter({ hasText: application })).toContainText('увеличение');
        await open(partner, application);
        await expect(fact(partner, 'Что подключено')).toContainText('от 2 до 9, занято 9 из 9');
        await expect(partner.getByText(/доплата 6.000,00.₽, к оплате партнёром 4.200,00.₽/)).toBeVisible();
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
        await products(partner, 'Дельта');
        await expect(mode(partner).getByRole('cell')).toHaveText([MODE, new RegExp(`^включён с \\d\\d\\.09\\.2026, увеличен ${TODAY}$`), '10 и более', '9, без ограничения']);
        await customer.goto('/licenses');
        await expect(mode(customer)).toContainText(`увеличен ${TODAY}`);
        // There is nothing larger to ask for, by the address of the form either.
        await customer.goto('/applications/new?extension=multi_user&purpose=grow');
        await expect(customer.getByText('Подключён самый большой вид.')).toBeVisible();
        await expect(customer.getByRole('button', { name: 'Отправить заявление' })).toHaveCount(0);
    });
}
