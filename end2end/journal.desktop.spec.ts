// «Журнал»: who did what, and when.
import type { Page } from '@playwright/test';
import { expect, shot, test } from './server';

const rows = (page: Page) => page.getByRole('table', { name: 'Журнал' }).locator('tbody').getByRole('row');

/** Two people get a licence, and lose it again. */
async function live(page: Page) {
    await page.goto('/users?licence=none');
    await page.getByRole('table', { name: 'Пользователи' }).locator('tbody').getByRole('checkbox').first().check();
    await page.getByRole('button', { name: /^Выдать лицензию/ }).click();
    await page.getByRole('dialog').getByRole('radio').first().check();
    await page.getByRole('dialog').getByRole('button', { name: /^Отправить/ }).click();
    await page.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(page.getByRole('status')).toContainText('Выдача возвращена');
}

test('acts are told in words, found, and kept in a file', async ({ admin }) => {
    await admin.goto('/log');
    await expect(rows(admin)).toHaveCount(1);
    await expect(rows(admin).first()).toContainText('Вход');
    await live(admin);
    await admin.getByRole('navigation', { name: 'Разделы' }).getByRole('link', { name: 'Журнал' }).click();
    await expect(rows(admin)).toHaveCount(3);
    await expect(rows(admin).first()).toContainText('Операция возвращена');
    await expect(rows(admin).nth(1)).toContainText('Лицензии выданы');
    await expect(rows(admin).nth(1)).toContainText('сделано: 1');
    await shot(admin, 'log');
    const file = admin.waitForEvent('download');
    await admin.getByRole('link', { name: 'Скачать CSV' }).click();
    expect((await file).suggestedFilename()).toBe('licentia-log.csv');
    await admin.getByRole('combobox', { name: 'Что' }).selectOption('Заказы и продукты');
    await admin.getByRole('button', { name: 'Показать' }).click();
    await expect(admin).toHaveURL(/\/log\?what=orders/);
    await expect(admin.getByRole('heading', { name: 'Записей нет' })).toBeVisible();
    await admin.getByRole('link', { name: 'Показать все записи' }).click();
    await admin.getByRole('textbox', { name: 'С', exact: true }).fill('31.02.2026');
    await admin.getByRole('button', { name: 'Показать' }).click();
    await expect(admin.getByRole('textbox', { name: /^С/ })).toHaveAccessibleDescription('Такой даты нет: ДД.ММ.ГГГГ');
    await shot(admin, 'log-wrong-day');
    await rows(admin).nth(1).getByRole('link').click();
    await expect(admin).toHaveURL(/\/operations\/\d+$/);
});

test('what one may not see is refused in words', async ({ browser, desk }) => {
    const page = await (await browser.newContext({ locale: 'ru-RU', baseURL: desk.url })).newPage();
    await page.goto('/log');
    await page.getByLabel('Адрес электронной почты').or(page.getByLabel('E-mail')).first().fill('buh@romashka.example');
    await page.getByLabel('Пароль').fill('licentia-demo');
    await page.getByRole('button', { name: 'Войти' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Недостаточно прав');
    await expect(page.getByRole('alert')).toContainText('Смотреть журнал');
    await shot(page, 'forbidden');
    await page.getByRole('link', { name: 'На главную' }).click();
    await expect(page).toHaveURL('/licenses');
    await expect(page.getByRole('navigation', { name: 'Разделы' }).getByRole('link')).toHaveText(['Лицензии', 'Заказы', 'Заявления']);
    await page.context().close();
});
