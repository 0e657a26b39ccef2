// At a customer's desk: all of it is there, whose it is stays in sight, and nothing goes beyond what the customer allows.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { Manage } from './manage';
import { asPartner, atCustomer, notice } from './partner';
import { FREE, HOLDERS } from './people';
import { EMAIL, as, expect, shot, test } from './server';
import { fits, misfit } from './touch';

const NAME = 'Орлова Нина (ООО «Кадры-Сервис»)';

/** Whose desk it is can be read at the top of the page and at its bottom. */
async function inSight(page: Page, name: string) {
    const bar = notice(page);
    await expect(bar, page.url()).toContainText(name);
    for (const top of [0, 100_000]) {
        await page.evaluate(top => {
            scrollTo(0, top);
            for (const part of document.querySelectorAll('.main, .side, .table-scroll')) part.scrollTop = top;
        }, top);
        await expect(bar, page.url()).toBeInViewport({ ratio: 0.99 });
        const covered = await bar.locator('b').evaluate(name => {
            const { x, y, width, height } = name.getBoundingClientRect();
            return !name.contains(document.elementFromPoint(x + width / 2, y + height / 2));
        });
        expect(covered, `${page.url()}: something lies over it`).toBe(false);
    }
}

/** Where the links of a page lead. */
const links = (page: Page) => page.evaluate(() => [...document.querySelectorAll('a')].map(link => link.pathname + link.search));

/** What kind of page an address is of. */
const kind = (path: string) => path.replace(/\?.*/, '').replace(/\d+/g, 'N');

/** One page of every kind that links lead to at this desk; which kinds there are. No link leads out of it unsaid. */
async function walk(page: Page, desk: string, look: () => Promise<void>) {
    const paths = new Map([[kind(`${desk}/users`), `${desk}/users`]]);
    for (const path of paths.values()) {
        await page.goto(path);
        await look();
        for (const there of await links(page)) {
            if (there === '/account' || /\.(csv|pdf)(\?|$)/.test(there)) continue;
            expect(there.startsWith(`${desk}/`), `${path} → ${there}`).toBe(true);
            if (!paths.has(kind(there))) paths.set(kind(there), there);
        }
    }
    return [...paths.keys()];
}

const log = (page: Page) => page.getByRole('table', { name: 'Журнал' }).locator('tbody').getByRole('row');

/** «Кто» and «Что» of the log. */
async function filterLog(page: Page, who: string, what: string) {
    await page.getByRole('combobox', { name: 'Кто' }).selectOption(who);
    await page.getByRole('combobox', { name: 'Что' }).selectOption(what);
    await page.getByRole('button', { name: 'Показать' }).click();
}

/** The same on the desk and on the phone. */
export function checkDesk() {
    test('a selection goes over pages, a search and tabs of the customer’s people, is revoked and kept in a file', async ({ page, browser, desk }) => {
        await asPartner(page);
        const people = await atCustomer(page, 'Ромашка');
        await page.goto('/for/1/users?licence=any');
        await people.awake();
        await people.rows.first().getByRole('checkbox').check();
        await people.pager('Далее').click();
        await expect(page).toHaveURL(/^[^?]*\/for\/1\/users\?licence=any&page=2$/);
        await expect(people.range('51–100 из 124')).toBeVisible();
        await people.rows.first().getByRole('checkbox').check();
        await people.tab('Кандидаты').click();
        await people.search.fill('голованов');
        await expect(people.names).toHaveText([HOLDERS[0]]);
        await people.box(HOLDERS[0]).check();
        await expect(people.size).toContainText('Выбрано 3');
        await people.button('Только выбранные').click();
        await expect(people.rows).toHaveCount(3);
        const names = await people.names.allTextContents();
        await people.button('Отозвать лицензию (3)').click();
        await people.dialog.getByRole('button', { name: 'Отозвать лицензию' }).click();
        await expect(people.message).toContainText('Лицензии отозваны: 3');
        await people.openReport();
        await expect(page).toHaveURL(/\/for\/1\/operations\/\d+$/);
        const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Скачать CSV' }).click()]);
        expect(file.suggestedFilename()).toMatch(/^licentia-\d+\.csv$/);
        const text = (await readFile(await file.path(), 'utf8')).replaceAll('\u00a0', ' ');
        for (const name of names) expect(text).toContain(name.replaceAll('\u00a0', ' '));
        expect(text.trim().split('\r\n')).toHaveLength(4);
        // It has happened at the customer's.
        const admin = await as(browser, page, desk.url, EMAIL);
        await admin.goto('/users?q=голованов');
        await expect(admin.getByRole('row').filter({ hasText: HOLDERS[0] })).toContainText('Нет лицензии');
        await admin.context().close();
    });

    test('licences are issued by a list at the customer’s desk', async ({ page }) => {
        await asPartner(page);
        await atCustomer(page, 'Ромашка');
        await page.goto('/for/1/licenses?status=all');
        await page.getByRole('row').filter({ hasText: 'hR7_kQ2z' }).getByRole('link').click();
        await page.getByText('Привязать списком').click();
        await page.getByLabel('Адреса e-mail, под которыми пользователи зарегистрированы').fill('a.gerasimova@mail.example\nvoron@romashka.example\nИванов');
        await page.getByRole('button', { name: 'Продолжить' }).click();
        await expect(page).toHaveURL(/\/for\/1\/operations\/\d+/);
        await expect(page.getByText('Не получат: 2')).toBeVisible();
        await page.getByRole('button', { name: 'Отправить' }).click();
        await expect(page).toHaveURL(/\/for\/1\/operations\/\d+/);
        await expect(page.getByRole('table', { name: 'Получили лицензию (1)' })).toContainText('Герасимова А. К.');
        await expect(page.getByRole('table', { name: 'Отклонены (2)' })).toContainText('Ворон М. А.');
        await expect(page.getByText(NAME)).toBeVisible();
    });

    test('whose desk it is stays in sight on every page that links lead to, and no link leaves it', async ({ page }) => {
        test.slow();
        await asPartner(page);
        const people = await atCustomer(page, 'Ромашка');
        const look = () => inSight(page, 'ООО «Ромашка»');
        // A preview, what is asked on the way, its report, an order.
        await people.pick(FREE[0]);
        await people.bar.getByRole('button', { name: 'Управление лицензиями (1)' }).click();
        await expect(page).toHaveURL(/\/for\/1\/users\/manage\/\d+$/);
        await look();
        await page.getByRole('button', { name: 'Регион…' }).click();
        await expect(page).toHaveURL(/\/for\/1\/users\/manage\/\d+\/region$/);
        await look();
        await page.getByRole('link', { name: 'К управлению лицензиями' }).click();
        const manage = new Manage(page);
        await manage.box('Почта').click();
        await manage.save.click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Лицензии обновлены');
        await look();
        await page.goto('/for/1/orders/new');
        await page.getByRole('textbox', { name: 'УКЭП', exact: true }).fill('2');
        await page.getByLabel('ИНН').fill('7707083893');
        await page.getByLabel('КПП').fill('773601001');
        await page.getByLabel('Адрес').fill('117997, Москва, ул. Вавилова, д. 19');
        await page.getByRole('button', { name: 'Выставить счёт' }).click();
        await expect(page).toHaveURL(/\/for\/1\/orders\/\d+$/);

        const walked = await walk(page, '/for/1', look);
        for (const path of ['users', 'users/new', 'licenses', 'licenses/N', 'licenses/renew', 'licenses/register', 'licenses/trial', 'orders', 'orders/N', 'orders/N/cancel', 'orders/N/invoice', 'tasks', 'tasks/N', 'operations', 'operations/N', 'log']) {
            expect(walked).toContain(`/for/N/${path}`);
        }
    });

    test('whose desk it is stays in sight where something is not there, or is not allowed', async ({ page }) => {
        await asPartner(page);
        for (const path of ['operations/9999', 'orders/9999', 'licenses/9999', 'tasks/9999', 'users/manage/9999', 'users/nowhere']) {
            expect((await page.goto(`/for/1/${path}`))!.status(), path).toBe(404);
            await inSight(page, 'ООО «Ромашка»');
            for (const there of await links(page)) expect(there).toMatch(/^\/for\/1\//);
        }
        await page.goto('/partner');
        await atCustomer(page, 'Каскад');
        const there = new URL(page.url()).pathname.replace('/users', '');
        for (const path of ['log', 'orders', 'users/new']) {
            expect((await page.goto(`${there}/${path}`))!.status(), path).toBe(403);
            await inSight(page, 'ООО «Каскад»');
        }
        await notice(page).getByRole('button', { name: 'Карточка' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('ООО «Каскад»');
    });

    test('a customer that lets its partner only look is offered no deed, and each is refused by its address', async ({ page, desk }) => {
        await asPartner(page);
        const people = await atCustomer(page, 'Каскад');
        const there = new URL(page.url()).pathname.replace('/users', '');
        await expect(page.getByRole('link', { name: 'Добавить пользователя' })).toHaveCount(0);
        await expect(page.locator('#side nav a')).toHaveText([/^Пользователи/, 'Лицензии', 'Задачи на сертификаты', 'Операции']);
        // There is nothing to select for.
        await expect(people.rows.first()).toBeVisible();
        await expect(people.rows.getByRole('checkbox')).toHaveCount(0);
        await expect(people.bar).toBeHidden();
        await shot(page, 'at-customer-looking');
        // Nothing but the ways to other pages, filters, and the account's own.
        for (const path of ['licenses', 'licenses?status=all', 'licenses/renew', 'tasks', 'operations']) {
            await page.goto(`${there}/${path}`);
            await expect(page.getByRole('main').locator('form[method=post]'), path).toHaveCount(0);
            await expect(page.getByRole('main').locator('a[href*="/orders"], a[href*="/register"], a[href*="/trial"], a[href*="/new"]'), path).toHaveCount(0);
        }
        await page.getByRole('table', { name: 'Операции' }).getByRole('link').first().click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Выдача лицензий: ПЭП');
        await expect(page.getByRole('button', { name: 'Вернуть как было' })).toHaveCount(0);
        const operation = page.url().split('/').pop()!;

        for (const [path, right] of [
            ['users/new', 'Добавлять и удалять пользователей'],
            ['users/delete?ids=1', 'Добавлять и удалять пользователей'],
            ['orders', 'Заказы, счета и регистрация продуктов'],
            ['orders/new', 'Заказы, счета и регистрация продуктов'],
            ['licenses/register', 'Заказы, счета и регистрация продуктов'],
            ['licenses/trial?product=3', 'Заказы, счета и регистрация продуктов'],
            ['log', 'Смотреть журнал'],
        ] as const) {
            expect((await page.goto(`${there}/${path}`))!.status(), path).toBe(403);
            await expect(page.getByRole('heading', { level: 1 })).toHaveText('Недостаточно прав');
            await expect(page.getByRole('alert')).toContainText(`Для этого нужно право «${right}».`);
            await fits(page);
        }
        await shot(page, 'at-customer-forbidden');
        const headers = { origin: desk.url };
        const selection = { all: [{ filter: {} }] };
        for (const deed of ['issue', 'revoke']) {
            const answer = await page.request.post(`${there}/api/preview`, { data: { deed, selection }, headers });
            expect(answer.status(), deed).toBe(403);
        }
        for (const [call, form] of [
            ['start_issue', { selection: JSON.stringify(selection) }],
            ['undo', { operation }],
            ['start_trial', { product: '3' }],
        ] as const) {
            const answer = await page.request.post(`${there}/api/${call}`, { form, headers });
            expect(answer.status(), call).toBe(403);
        }
        // What people have of each product can be looked at, and not be changed.
        const answer = await page.request.post(`${there}/api/start_manage`, { form: { selection: JSON.stringify(selection) }, headers: { ...headers, accept: 'text/html' } });
        await page.goto(answer.url());
        const products = new Manage(page).products.getByRole('checkbox');
        await expect(products.first()).toBeDisabled();
        expect(await products.evaluateAll(boxes => boxes.filter(box => !(box as HTMLInputElement).disabled).length)).toBe(0);
        expect((await page.request.get(`${there}/log.csv`)).status()).toBe(403);
        await page.goto(`${there}/operations`);
        await expect(page.getByRole('table', { name: 'Операции' }).locator('tbody').getByRole('row')).toHaveCount(1);
    });

    test('every act is in the customer’s log under the partner’s name, and can be filtered by it', async ({ page, browser, desk }) => {
        await asPartner(page);
        const people = await atCustomer(page, 'Ромашка');
        await people.issue('hR7_kQ2z', FREE[0]);
        await people.revoke(HOLDERS[0]);
        await people.pick(FREE[1]);
        await people.bar.getByRole('button', { name: 'Управление лицензиями (1)' }).click();
        const manage = new Manage(page);
        await manage.box('Почта').click();
        await manage.save.click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Лицензии обновлены');
        await page.goto('/partner/applications?state=sent&customer=1');
        await page.getByRole('row', { name: /увеличение/ }).getByRole('link').click();
        await page.getByRole('button', { name: 'Обработать' }).click();
        await expect(page.getByRole('status')).toHaveText('Заявление обработано');

        const admin = await as(browser, page, desk.url, EMAIL);
        const told = async (reader: Page) => {
            await filterLog(reader, NAME, 'Лицензии');
            await expect(log(reader)).toHaveCount(3);
            for (const [place, act] of ['Лицензии изменены', 'Лицензии отозваны', 'Лицензии выданы'].entries()) {
                await expect(log(reader).nth(place)).toContainText(act);
                await expect(log(reader).nth(place)).toContainText(NAME);
            }
            await filterLog(reader, NAME, 'Заказы и продукты');
            await expect(log(reader)).toHaveCount(1);
            await expect(log(reader)).toContainText('Заявление обработано');
            await expect(log(reader)).toContainText(NAME);
            await filterLog(reader, NAME, 'Доступ');
            await expect(log(reader)).toContainText('Сотрудник партнёра вошёл впервые');
            await filterLog(reader, 'Администратор', 'Лицензии');
            await expect(reader.getByRole('heading', { name: 'Записей нет' })).toBeVisible();
        };
        await admin.goto('/log');
        await told(admin);
        await shot(admin, 'log-of-partner');
        // The partner reads the same, from the card.
        await page.goto('/partner/customers/1');
        await page.getByRole('link', { name: 'Журнал клиента' }).click();
        await expect(page).toHaveURL(/\/for\/1\/log$/);
        await told(page);
        await admin.context().close();
    });

    test('every page of the centre and of a customer’s desk fits, and fingers too', async ({ page, browser, desk }) => {
        test.slow();
        await asPartner(page);
        const misfits: Record<string, string[]> = {};
        const look = async (reader: Page, path: string) => {
            await reader.goto(path);
            await expect(reader.getByRole('heading', { level: 1 }), path).toBeVisible();
            const found = await misfit(reader);
            if (found.length) misfits[path] = found;
        };
        for (const path of [
            '/partner', '/partner/customers', '/partner/customers?which=attention', '/partner/customers?q=щщщ', '/partner/customers/1',
            '/partner/customers/1?tab=products', '/partner/customers/6', '/partner/applications', '/partner/applications?state=sent',
            '/partner/applications?state=declined&customer=2', '/partner/applications/2', '/partner/applications/7', '/reconciliations',
            '/reconciliations/1/2026-09', '/reconciliations/1/2026-10', '/for/1/users', '/for/1/users/new', '/for/1/licenses',
            '/for/1/licenses/1', '/for/1/licenses/renew', '/for/1/orders', '/for/1/orders/new', '/for/1/tasks', '/for/1/tasks/1',
            '/for/1/operations', '/for/1/operations/1', '/for/1/operations/9999', '/for/1/log', '/for/1/nowhere',
        ]) await look(page, path);
        const admin = await as(browser, page, desk.url, EMAIL);
        for (const path of [
            '/admin/partners', '/admin/partners?saved', '/admin/partners/3', '/admin/partners/3/revoke', '/admin/partners/new?code=7KQM2XRA', '/admin/partners/new?code=x',
            '/applications', '/applications/new', '/applications/2', '/applications/10', '/licenses',
        ]) await look(admin, path);
        expect(misfits).toEqual({});
        await admin.context().close();
    });
}
