// Every page and every open dialog, in both themes, by the rules of axe.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { FREE, HOLDERS, ONE_MORE, People } from './people';
import { asPartner } from './partner';
import { pay } from './payments';
import { PASSWORD, expect, keys, shot, signIn, test } from './server';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** One line for each violation: where, which rule, what. Themes differ in colours only. */
export async function check(page: Page, name: string) {
    // A row that is half under the heads is not small.
    for (const scroller of await page.locator('.table-scroll').all()) await scroller.evaluate(element => { element.scrollTop = 0; });
    for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const axe = new AxeBuilder({ page });
        const { violations } = await (colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules('color-contrast')).analyze();
        const lines = violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`));
        expect.soft(lines, `${name}, ${colorScheme}`).toEqual([]);
    }
}

/** A preview that waits for its confirmation; its number. */
async function waiting(page: Page, deed: 'issue' | 'revoke') {
    const data = { deed, selection: { all: [{ filter: { licence: deed === 'issue' ? 'none' : 'any' } }] } };
    const answer = await page.request.post('/api/preview', { data, headers: { origin: new URL(page.url()).origin } });
    return (await answer.json()).operation as number;
}

/** The same on the desk and on the phone. */
export function checkEverything() {
    test.slow();

    test('no violations: signing in', async ({ page }) => {
        await page.goto('/sign-in');
        await check(page, 'sign-in');
        await page.getByLabel('E-mail').fill('nobody@romashka.example');
        await page.getByLabel('Пароль').fill('x');
        await page.getByRole('button', { name: 'Войти' }).click();
        await expect(page.getByRole('alert')).toBeVisible();
        await check(page, 'sign-in refused');
    });

    test('no violations: the table', async ({ people }) => {
        const { page } = people;
        await check(page, 'people');
        for (const [opener, menu] of [['admin@romashka.example', '#account'], ['Ещё 3', '#more-tabs'], ['Фильтры', '#filters']] as const) {
            const button = page.getByRole('button', { name: opener });
            if (!await button.isVisible()) continue;
            await button.click();
            await expect(page.locator(menu)).toBeVisible();
            await check(page, opener);
            await page.keyboard.press('Escape');
        }
        await people.rows.first().getByRole('checkbox').check();
        await check(page, 'selected');
        await people.button('Снять выбор').click();
        await people.search.fill('щщщ');
        await expect(page.getByRole('heading', { name: 'Никого не нашли' })).toBeVisible();
        await check(page, 'nobody found');
        await page.route('**/api/directory', route => route.abort());
        await people.tab('Кандидаты').click();
        await expect(page.getByRole('button', { name: 'Повторить' })).toBeVisible();
        await check(page, 'not loaded');
    });

    test('no violations: issue and revoke', async ({ people }) => {
        const { page, dialog } = people;
        await people.pick(...FREE, HOLDERS[0]);
        await people.openIssue();
        await people.option('WE12Qmxx').check();
        await expect(people.problem).not.toBeEmpty();
        await check(page, 'issue, short');
        await people.option('hR7_kQ2z').check();
        await check(page, 'issue');
        await people.send.click();
        await expect(people.message).toContainText('Лицензии выданы: 3');
        await check(page, 'message');
        await people.pageBox.or(people.rows.first().getByRole('checkbox')).first().click();
        await people.bar.getByRole('button', { name: /^Выбрать все/ }).click();
        await people.openRevoke();
        await expect(dialog.getByText(/вернутся на остаток/)).toBeVisible();
        await check(page, 'revoke');
    });

    test('no violations: add and delete', async ({ people }) => {
        const { page, dialog } = people;
        await page.getByRole('link', { name: 'Добавить пользователя' }).click();
        await dialog.getByRole('button', { name: 'Добавить пользователя' }).click();
        await check(page, 'add, with errors');
        await page.keyboard.press('Escape');
        await people.pick(HOLDERS[0]);
        await people.button('Удалить пользователя (1)').click();
        await expect(people.problem).not.toBeEmpty();
        await check(page, 'delete');
        await page.keyboard.press('Escape');
        await people.rows.first().getByRole('checkbox').check();
        await people.bar.getByRole('button', { name: /^Выбрать все/ }).click();
        await people.openRevoke();
        await expect(dialog.getByRole('textbox')).toBeVisible();
        await check(page, 'revoke, large');
    });

    test('no violations: registering a product', async ({ admin, desk }) => {
        test.skip(!desk.database, 'needs the database of its own server');
        await keys(desk);
        await admin.goto('/licenses/register');
        await admin.getByRole('button', { name: 'Продолжить' }).click();
        await check(admin, 'the key, refused');
        await admin.getByLabel('Регистрационный номер').fill('AB12-3456');
        await admin.getByLabel('PIN-код').fill('98765432');
        await admin.getByRole('button', { name: 'Продолжить' }).click();
        await admin.getByRole('button', { name: 'Зарегистрировать программный продукт' }).click();
        await expect(admin.getByLabel('ИНН')).toHaveAttribute('aria-invalid', 'true');
        await check(admin, 'the owner, refused');
    });

    test('no violations: pages', async ({ people }) => {
        const { page } = people;
        for (const path of ['/licenses', '/licenses?status=expired', '/licenses/1', '/licenses/6', '/licenses/register', '/licenses/trial?product=3', '/licenses/renew', '/orders', '/orders/new', '/operations', '/notifications', '/letters', '/letters/1', '/users/new', '/users/delete?ids=1', '/operations/999', '/nowhere']) {
            await page.goto(path);
            await check(page, path);
        }
        for (const deed of ['issue', 'revoke'] as const) {
            await page.goto(`/operations/${await waiting(page, deed)}`);
            await check(page, `waiting ${deed}`);
        }
        await page.getByRole('button', { name: 'Отменить' }).click();
        await page.goto(`/operations/${await waiting(page, 'issue')}`);
        await page.getByRole('radio', { name: 'WE12Qmxx' }).check();
        await page.getByRole('button', { name: 'Отправить' }).click();
        await expect(page.getByRole('alert').first()).toBeVisible();
        await check(page, 'failed');
        await people.open();
        await people.issue('hR7_kQ2z', ONE_MORE, HOLDERS[0]);
        await people.openReport();
        await check(page, 'report');
        await page.goto('/operations');
        await check(page, 'operations');
    });

    test('no violations: the log', async ({ admin: page }) => {
        for (const path of ['/log', '/log?what=orders', '/log?from=31.02.2026']) {
            await page.goto(path);
            await check(page, path);
        }
    });

    test('no violations: accounts', async ({ admin: page }) => {
        for (const path of ['/admin', '/admin?q=щщщ', '/admin?level=owner', '/admin/new', '/admin/2', '/admin/1', '/admin/2/delete', '/admin/2/delete?sent', '/admin/2/hand-over', '/admin/approvals', '/admin/levels', '/admin/levels/new', '/admin/levels/user', '/admin/sessions', '/admin/sessions/end?own', '/admin/connections', '/account']) {
            await page.goto(path);
            await check(page, path);
        }
        await page.goto('/admin/new');
        await page.getByRole('button', { name: 'Отправить приглашение' }).click();
        await expect(page.getByLabel('ФИО')).toBeFocused();
        await check(page, 'new account, refused');
        await page.context().clearCookies();
        for (const path of ['/recovery', '/recovery?sent', '/recovery/none', '/join/none', '/sign-in?password-set']) {
            await page.goto(path);
            await check(page, path);
        }
    });

    test('no violations: the partner centre', async ({ page, admin }) => {
        for (const path of ['/admin/partners', '/admin/partners/3', '/admin/partners/3/revoke', '/admin/partners/new?code=7KQM2XRA', '/admin/partners/new?code=x']) {
            await admin.goto(path);
            await check(admin, path);
        }
        await page.context().clearCookies();
        await asPartner(page);
        for (const path of ['/partner', '/partner/customers', '/partner/customers?q=щщщ', '/partner/customers?gone', '/partner/customers/1', '/partner/customers/1?tab=products', '/for/1/users', '/for/1/licenses', '/for/1/nowhere']) {
            await page.goto(path);
            await check(page, path);
        }
    });

    test('no violations: applications and reconciliations', async ({ admin, page }) => {
        for (const path of ['/applications', '/applications/2', '/applications/10', '/applications/new', '/licenses', '/reconciliations']) {
            await admin.goto(path);
            await check(admin, path);
        }
        await page.context().clearCookies();
        await signIn(page, PASSWORD, 'admin@k007.example');
        await page.goto('/applications/new?extension=multi_user&purpose=connect');
        await page.getByRole('button', { name: 'Отправить заявление' }).click();
        await expect(page.getByText('Укажите хотя бы одного владельца КЭП')).toBeVisible();
        await check(page, 'a refused application');
        await page.context().clearCookies();
        await asPartner(page);
        for (const path of ['/partner/applications', '/partner/applications?state=withdrawn', '/partner/applications/1', '/partner/applications/4', '/partner/applications/7', '/reconciliations', '/reconciliations/1/2026-09', '/reconciliations/1/2026-10', '/orders/1']) {
            await page.goto(path);
            for (const folded of await page.locator('details.bind-list > summary').all()) await folded.click();
            await check(page, path);
        }
    });

    test('no violations: orders', async ({ admin: page, desk }) => {
        const raise = async () => {
            await page.goto('/orders/new');
            for (const product of ['ПЭП', 'УКЭП']) await page.getByRole('textbox', { name: product, exact: true }).fill('2');
            await page.getByLabel('ИНН').fill('7707083893');
            await page.getByLabel('КПП').fill('773601001');
            await page.getByLabel('Адрес').fill('117997, Москва, ул. Вавилова, д. 19');
            await page.getByRole('button', { name: 'Выставить счёт' }).click();
            await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Заказ /);
            return (await page.getByRole('heading', { level: 1 }).innerText()).replace('Заказ ', '');
        };
        await page.goto('/orders/new');
        await page.getByLabel('ИНН').fill('1');
        await page.getByLabel('Адрес').fill('Москва');
        await page.getByRole('button', { name: 'Выставить счёт' }).click();
        await expect(page.getByRole('textbox').first()).toBeFocused();
        const phone = page.viewportSize()!.width < 760;
        const label = await page.getByRole('cell').filter({ has: page.getByRole('textbox') }).first().evaluate(cell => getComputedStyle(cell, '::before').content);
        expect(label.includes('Количество')).toBe(phone);
        await check(page, 'new order, refused');
        await shot(page, 'order-none');
        const number = await raise();
        const address = page.url();
        const total = await page.getByText('Итого').locator('xpath=following-sibling::dd').innerText();
        await check(page, 'order');
        await page.goto(`${address}/invoice`);
        await check(page, 'invoice');
        await expect(page.getByText('Печать: Ctrl+P')).toBeVisible({ visible: !phone });
        // All of it is seen without scrolling sideways.
        for (const part of ['.page', '.invoice']) {
            expect(await page.locator(part).evaluate(element => element.scrollWidth <= element.clientWidth), part).toBe(true);
        }
        await shot(page, 'invoice-waits');
        await pay(desk.url, number, total.replace(/[^\d,]/g, '').replace(',', '.'), 'axe');
        await page.goto(address);
        await expect(page.getByText('Лицензии доступны.')).toBeVisible();
        await check(page, 'order, paid');
        await page.goto(`${address}/invoice`);
        await check(page, 'invoice, paid');
        await raise();
        await page.getByRole('link', { name: 'Отменить заказ' }).click();
        await check(page, 'order, cancel');
        await page.getByRole('button', { name: 'Отменить заказ' }).click();
        await check(page, 'order, cancelled');
        await page.getByRole('link', { name: 'Счёт' }).click();
        await check(page, 'invoice, cancelled');
        await shot(page, 'invoice-cancelled');
    });

    test('no violations: certificate tasks', async ({ admin: page }) => {
        for (const path of ['/tasks', '/tasks?state=issued', '/tasks?q=щщщ', '/tasks/1', '/invitation/0']) {
            await page.goto(path);
            await check(page, path);
        }
        await page.goto('/tasks?state=created');
        await page.getByRole('checkbox').nth(1).check();
        await check(page, 'tasks, selected');
        await page.getByRole('button', { name: 'Отклонить' }).click();
        await check(page, 'task, reject');
        await page.goto('/tasks/1');
        await page.getByRole('button', { name: 'Пригласить' }).click();
        await page.getByRole('button', { name: 'Пригласить' }).click();
        await check(page, 'task, invited');
        await page.goto(await page.getByLabel('Ссылка для приглашения').inputValue());
        await check(page, 'invitation');
    });
}
