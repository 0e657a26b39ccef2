// The partner of the demo, and the way to a customer's desk.
import { Manage } from './manage';
import { People } from './people';
import { PASSWORD, expect, like, shot, signIn, test } from './server';
import type { Page } from '@playwright/test';

export const PARTNER = 'partner@servis.example';

/** Signs in for the partner, as a person does. */
export async function asPartner(page: Page) {
    await signIn(page, PASSWORD, PARTNER);
    await expect(page).toHaveURL('/users');
    // On a phone the sections are in the menu.
    const menu = page.getByRole('button', { name: 'Меню' });
    if (await menu.isVisible()) await menu.click();
    await page.getByRole('link', { name: 'Клиенты' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Информационная панель');
}

/** «Информационная панель» → «Клиенты» → a customer → «Пользователи и лицензии». */
export async function atCustomer(page: Page, name: string) {
    await page.getByRole('navigation', { name: 'Разделы партнёра' }).getByRole('link', { name: 'Клиенты' }).click();
    await page.getByRole('searchbox', { name: 'Название клиента' }).fill(name);
    await page.getByRole('button', { name: 'Найти' }).click();
    await page.getByRole('link', { name: new RegExp(`«${name}»$`) }).first().click();
    await page.getByRole('link', { name: 'Пользователи и лицензии' }).click();
    const people = new People(page);
    await people.awake();
    return people;
}

/** Whose desk it is, above the page. */
export const notice = (page: Page) => page.getByRole('complementary', { name: 'Вы работаете у клиента' });

/** The same on the desk and on the phone. */
export function checkCustomers() {
    test('from the dashboard to a customer, whose people get licences under the partner’s name', async ({ page, admin, browser, desk }) => {
        const own = await (await browser.newContext(like(page, desk.url))).newPage();
        await asPartner(own);
        await expect(own.getByRole('heading', { name: 'Требует внимания' })).toBeVisible();
        await expect(own.getByText('202 клиента')).toBeVisible();
        const people = await atCustomer(own, 'Ромашка');
        await expect(own).toHaveURL('/for/1/users');
        await expect(notice(own)).toContainText('ООО «Ромашка»');
        await expect(people.names.first()).toBeVisible();
        // The table, its search, its pages and its selection are those of the desk.
        await people.issue('hR7_kQ2z', 'Герасимова А. К.');
        await expect(people.message).toContainText('Лицензии выданы: 1');
        await shot(own, 'at-customer');
        await people.openReport();
        await expect(own).toHaveURL(/^.*\/for\/1\/operations\/\d+$/);
        await expect(notice(own)).toContainText('ООО «Ромашка»');
        await expect(own.getByText('Орлова Нина (ООО «Кадры-Сервис»)')).toBeVisible();
        const there = new URL(own.url()).pathname;
        await own.evaluate(() => window.scrollTo(0, 10_000));
        await expect(notice(own)).toBeInViewport();

        await admin.goto('/log');
        const entry = admin.getByRole('row', { name: /Лицензии выданы/ }).first();
        await expect(entry).toContainText('Орлова Нина (ООО «Кадры-Сервис»)');

        await own.goto(there);
        await own.getByRole('button', { name: 'Вернуть как было' }).click();
        await expect(own).toHaveURL(/\/for\/1\/operations\/\d+$/);
        await notice(own).getByRole('button', { name: 'К клиентам' }).click();
        await expect(own.getByRole('heading', { level: 1 })).toHaveText('Клиенты');
        await own.context().close();
    });

    test('several products of a customer’s people are changed at its desk, and its log says who did it', async ({ page, admin }) => {
        const own = await page.context().browser()!.newContext(like(page, new URL((await admin.goto('/users'))!.url()).origin));
        const partner = await own.newPage();
        await asPartner(partner);
        const people = await atCustomer(partner, 'Ромашка');
        await people.pick('Герасимова А. К.', 'Гусева Т. А.');
        await people.bar.getByRole('button', { name: 'Управление лицензиями (2)' }).click();
        await expect(partner).toHaveURL(/\/for\/1\/users\/manage\/\d+$/);
        await expect(notice(partner)).toBeInViewport();
        const manage = new Manage(partner);
        // None is left of this one: as many are missing as have been selected.
        const buy = manage.row('Офис Профи').getByRole('link', { name: /^Купить ещё/ });
        await expect(buy).toHaveAttribute('href', /^\/for\/1\/orders\/new\?product=\d+&seats=2$/);
        await manage.box('Почта').click();
        await manage.box('Видеосвязь').click();
        await expect(manage.save).toHaveText('Сохранить (2)');
        await shot(partner, 'at-customer-manage');
        await manage.save.click();
        await expect(partner.getByRole('heading', { level: 1 })).toHaveText('Лицензии обновлены');
        await expect(partner).toHaveURL(/\/for\/1\/operations\/\d+$/);
        await expect(notice(partner)).toContainText('ООО «Ромашка»');
        await admin.goto('/log');
        await expect(admin.getByRole('row', { name: /Орлова Нина \(ООО «Кадры-Сервис»\)/ }).first()).toBeVisible();
        await own.close();
    });

    test('two customers in two tabs do not meet', async ({ page }) => {
        await asPartner(page);
        const people = await atCustomer(page, 'Ромашка');
        const second = await page.context().newPage();
        await second.goto('/partner/customers');
        const others = await atCustomer(second, 'Север');
        await expect(notice(second)).toContainText('АО «Север»');
        // So do the names of the tabs.
        await expect(second).toHaveTitle('Пользователи · АО «Север» · Licentia');
        await expect(page).toHaveTitle('Пользователи · ООО «Ромашка» · Licentia');
        await people.search.fill('герасимова');
        await expect(people.names).toHaveCount(2);
        await others.search.fill('герасимова а');
        await expect(second).toHaveURL(/\/for\/2\/users\?q=/);
        await expect(page).toHaveURL(/\/for\/1\/users\?q=/);
        await page.reload();
        await people.awake();
        await expect(notice(page)).toContainText('ООО «Ромашка»');
        await expect(people.names).toHaveCount(2);
        await second.close();
    });

    test('a customer grants by capability, changes it and takes it back', async ({ page, admin }) => {
        await admin.goto('/admin/partners');
        await shot(admin, 'partners');
        await admin.getByRole('link', { name: 'ООО «Кадры-Сервис»' }).click();
        await admin.getByLabel('Выдавать лицензии').uncheck();
        await admin.getByLabel('Выдавать по спискам').uncheck();
        await admin.getByRole('button', { name: 'Сохранить' }).click();
        await expect(admin.getByRole('status')).toHaveText('Доступ партнёра сохранён.');

        const own = await page.context().browser()!.newContext(like(page, new URL(admin.url()).origin));
        const partner = await own.newPage();
        await asPartner(partner);
        const people = await atCustomer(partner, 'Ромашка');
        await people.pick('Голованов В. Д.');
        await expect(people.button('Отозвать лицензию (1)')).toBeVisible();
        await expect(people.bar.getByRole('button', { name: /^Выдать/ })).toHaveCount(0);

        await admin.getByRole('link', { name: 'ООО «Кадры-Сервис»' }).click();
        await admin.getByRole('link', { name: 'Отозвать доступ' }).click();
        await expect(admin.getByRole('heading', { name: 'Отозвать доступ: ООО «Кадры-Сервис»?' })).toBeVisible();
        await shot(admin, 'revoke-access');
        await admin.getByRole('link', { name: 'Оставить доступ' }).click();
        await expect(admin.getByLabel('Отзывать лицензии')).toBeChecked();
        await admin.getByRole('link', { name: 'Отозвать доступ' }).click();
        await admin.getByRole('button', { name: 'Отозвать доступ' }).click();
        await expect(admin.getByRole('status')).toHaveText('Доступ партнёра отозван.');
        await partner.reload();
        await expect(partner.getByRole('alert')).toHaveText('Этот клиент больше не даёт Вам доступа.');
        await expect(partner.getByText('201 клиент')).toBeVisible();

        await admin.getByLabel('Код партнёра').fill('AAAA-AAAA');
        await admin.getByRole('button', { name: 'Продолжить' }).click();
        await expect(admin.getByLabel('Код партнёра')).toHaveAccessibleDescription(/Партнёра с таким кодом нет/);
        await admin.getByLabel('Код партнёра').fill('7kqm 2xra');
        await admin.getByRole('button', { name: 'Продолжить' }).click();
        await expect(admin.getByText('ООО «Кадры-Сервис»')).toBeVisible();
        await shot(admin, 'grant');
        await admin.getByRole('button', { name: 'Дать доступ' }).click();
        await expect(admin.getByRole('status')).toHaveText('Доступ партнёра сохранён.');
        await partner.goto('/for/1/users');
        await expect(notice(partner)).toContainText('ООО «Ромашка»');
        await own.close();
    });

    test('the dashboard and the list of customers say what needs attention', async ({ page }) => {
        await asPartner(page);
        await expect(page.getByRole('row', { name: /«Гранит»/ })).toContainText(/свободных лицензий нет/);
        await expect(page.getByRole('link', { name: /УКЭП: срок 7 выданных лицензий заканчивается/ })).toBeVisible();
        await shot(page, 'dashboard');
        await page.getByRole('navigation', { name: 'Разделы партнёра' }).getByRole('link', { name: 'Клиенты' }).click();
        await expect(page.getByRole('row', { name: /«Астра»/ })).toContainText(/\d+ \/ \d+/);
        await shot(page, 'customers');
        await page.getByRole('link', { name: 'Последний' }).click();
        await expect(page.getByText(/^Страница 5 из 5$/)).toBeVisible();
        await page.getByRole('combobox', { name: 'Какие клиенты' }).selectOption('Требуют внимания');
        await page.getByRole('button', { name: 'Найти' }).click();
        await page.getByRole('link', { name: 'ООО «Гранит»', exact: true }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('ООО «Гранит»');
        await shot(page, 'customer');
        await page.getByRole('link', { name: 'Продукты' }).click();
        await expect(page.getByRole('row', { name: /ПЭП/ })).toBeVisible();
        await page.getByRole('searchbox').or(page.getByRole('link', { name: 'Клиенты' })).last().click();
        await page.getByRole('searchbox', { name: 'Название клиента' }).fill('щщщ');
        await page.getByRole('button', { name: 'Найти' }).click();
        await expect(page.getByRole('heading', { name: 'Никого не нашлось' })).toBeVisible();
    });
}
