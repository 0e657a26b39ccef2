// «Продлить»: who holds what ends when, as many ordered, and after the payment everybody moved at once.
import { pay } from './payments';
import { expect, shot, test } from './server';

test('everybody whose term ends is moved to what was bought, in one step, and back', async ({ admin, desk }) => {
    await admin.goto('/licenses');
    await admin.getByRole('link', { name: 'Продлить' }).click();
    const table = admin.getByRole('table', { name: 'Продлить' });
    const ends = table.getByRole('row').filter({ hasText: 'WE12Qmxx' });
    await expect(ends).toContainText('05.01.2027');
    await expect(ends).toContainText('Пока некуда: закажите');
    // What ends within 60 days is chosen.
    await expect(ends.getByRole('checkbox')).toBeChecked();
    await expect(table.getByRole('checkbox', { name: 'УНЭП EasyDocs, qgMQgxMs' })).not.toBeChecked();
    await expect(table.getByRole('row').filter({ hasText: 'qgMQgxMs' })).toContainText('из них уволены: 1');
    await shot(admin, 'renew');

    await admin.getByRole('button', { name: 'Заказать столько же' }).click();
    const count = await admin.getByRole('textbox', { name: 'УКЭП', exact: true }).inputValue();
    expect(Number(count)).toBeGreaterThan(0);
    await admin.getByLabel('ИНН').fill('7707083893');
    await admin.getByLabel('КПП').fill('773601001');
    await admin.getByLabel('Адрес').fill('Москва');
    await admin.getByRole('button', { name: 'Выставить счёт' }).click();
    const number = (await admin.getByRole('heading', { level: 1 }).innerText()).replace('Заказ ', '');
    const total = await admin.getByText('Итого').locator('xpath=following-sibling::dd').innerText();
    const amount = total.replace(/[^\d,]/g, '').replace(',', '.');
    await pay(desk.url, number, amount, 'renewal');

    await admin.reload();
    await admin.getByRole('link', { name: 'Перевести на них тех, у кого заканчивается срок' }).click();
    await shot(admin, 'renew-paid');
    await ends.getByRole('button', { name: `Продлить (${count})` }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Продлить');
    await expect(admin.getByText(`Освободятся: ЛК с УКЭП — ${count}`)).toBeVisible();
    await expect(admin.getByText('останется 0')).toBeVisible();
    await shot(admin, 'renew-preview');
    await admin.getByRole('button', { name: 'Продлить' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Продление лицензий: УКЭП');
    await expect(admin.getByRole('table', { name: `Лицензия продлена (${count})` })).toBeVisible();
    await shot(admin, 'renewed');
    await admin.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toContainText('Возврат продления');
    await admin.goto('/licenses/renew');
    await expect(ends.getByRole('button', { name: `Продлить (${count})` })).toBeVisible();
});

test('what cannot be ordered or moved says why', async ({ admin }) => {
    await admin.goto('/licenses/renew');
    await admin.getByRole('table', { name: 'Продлить' }).getByRole('checkbox', { checked: true }).first().uncheck();
    for (const box of await admin.getByRole('checkbox', { checked: true }).all()) await box.uncheck();
    await admin.getByRole('button', { name: 'Заказать столько же' }).click();
    await expect(admin.getByRole('alert')).toContainText('Ничего не выбрано');
    await expect(admin).toHaveURL(/\/licenses\/renew/);
    await shot(admin, 'renew-refused');
});
