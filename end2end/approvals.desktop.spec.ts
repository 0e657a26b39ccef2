// Deeds for two: what one has confirmed waits until another agrees.
import { FREE } from './people';
import { PASSWORD, expect, shot, signIn, test } from './server';

test('a large issue waits for a second person, who sees and approves it', async ({ people, browser, desk }) => {
    const admin = people.page;
    await admin.goto('/admin/approvals');
    await admin.getByLabel(/^Выдача: согласовать/).fill('x');
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    await expect(admin.getByLabel(/^Выдача: согласовать/)).toHaveAccessibleDescription(/Целое число/);
    await admin.getByLabel(/^Выдача: согласовать/).fill('1');
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    await expect(admin.getByRole('status')).toHaveText('Сохранено.');
    await shot(admin, 'approvals');

    await people.open();
    await people.issue('hR7_kQ2z', FREE[0], FREE[1]);
    await expect(people.message).toContainText('Ждёт согласования: 2');
    await expect(people.message.getByRole('button', { name: 'Вернуть как было' })).toHaveCount(0);
    await people.openReport();
    await expect(admin.getByRole('note')).toContainText('Она будет выполнена, когда её согласует другой сотрудник.');
    await expect(admin.getByRole('button', { name: 'Согласовать' })).toHaveCount(0);
    await shot(admin, 'approval-own');
    const here = new URL(admin.url()).pathname;

    const other = await (await browser.newContext({ locale: 'ru-RU', baseURL: desk.url })).newPage();
    await signIn(other, PASSWORD, 'hr@romashka.example');
    await other.goto('/operations');
    await expect(other.getByRole('row', { name: /Выдача лицензий/ }).first()).toContainText('Ждёт согласования');
    await other.goto(here);
    await expect(other.getByRole('cell', { name: FREE[0] })).toBeVisible();
    await expect(other.getByText('ЛК, hR7_kQ2z: сейчас на остатке 100, после останется 98.')).toBeVisible();
    await shot(other, 'approval-other');
    await other.getByRole('button', { name: 'Отклонить' }).click();
    await expect(other.getByLabel('Причина отказа')).toBeFocused();
    await other.getByRole('button', { name: 'Согласовать' }).click();
    await expect(other.getByText('Выполнена')).toBeVisible();
    await expect(other.getByText(/^Кузьмина Ольга, /)).toBeVisible();
    await admin.goto('/users?licence=none');
    await expect(people.names.filter({ hasText: FREE[0] })).toHaveCount(0);
    await other.context().close();
});

test('what is declined says why, and nothing is done', async ({ people, browser, desk }) => {
    const admin = people.page;
    await admin.goto('/admin/approvals');
    await admin.getByLabel(/^Выдача: согласовать/).fill('0');
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    await people.open();
    await people.issue('hR7_kQ2z', FREE[0]);
    await people.openReport();
    const here = new URL(admin.url()).pathname;
    const other = await (await browser.newContext({ locale: 'ru-RU', baseURL: desk.url })).newPage();
    await signIn(other, PASSWORD, 'hr@romashka.example');
    await expect(other).toHaveURL('/users');
    await other.goto(here);
    await other.getByLabel('Причина отказа').fill('Сначала договор');
    await other.getByRole('button', { name: 'Отклонить' }).click();
    await expect(other.getByText('Не согласована')).toBeVisible();
    await admin.reload();
    await expect(admin.getByText('Сначала договор')).toBeVisible();
    await shot(admin, 'approval-declined');
    await other.context().close();
});
