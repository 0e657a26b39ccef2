// «Заказы»: ordered, invoiced, paid, issued.
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { extractText } from 'unpdf';
import { binary } from './licentia.mjs';
import { pay } from './payments';
import { expect, shot, test } from './server';

/** Fills in the form and raises the invoice; its number. */
async function order(page: Page, seats: Record<string, string>) {
    await page.goto('/orders');
    await page.getByRole('link', { name: 'Новый заказ' }).first().click();
    for (const [product, count] of Object.entries(seats)) await page.getByRole('textbox', { name: product, exact: true }).fill(count);
    await page.getByLabel('ИНН').fill('7707083893');
    await page.getByLabel('КПП').fill('773601001');
    await page.getByLabel('Адрес').fill('117997, Москва, ул. Вавилова, д. 19');
    await page.getByRole('button', { name: 'Выставить счёт' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^Заказ Л-\d{6}$/);
    return (await page.getByRole('heading', { level: 1 }).innerText()).replace('Заказ ', '');
}

test('from the order to the licence issued', async ({ admin, desk }) => {
    const number = await order(admin, { 'ПЭП': '10', 'УКЭП': '2' });
    await expect(admin.getByText('Ждёт оплаты')).toBeVisible();
    await expect(admin.getByText(/^7.800,00.₽$/)).toBeVisible();
    await expect(admin.getByText('Срок лицензий начинается в момент, когда зафиксирована оплата')).toBeVisible();
    await shot(admin, 'order');
    await admin.getByRole('link', { name: 'Счёт' }).click();
    await expect(admin.getByRole('heading', { level: 2 })).toHaveText(`Счёт на оплату № ${number} от 21.11.2026`);
    await expect(admin.getByText('Семь тысяч восемьсот рублей 00 копеек')).toBeVisible();
    await shot(admin, 'invoice');
    // As a file it says the same, to a reader of another make.
    const address = await admin.getByRole('link', { name: 'Скачать PDF' }).getAttribute('href');
    const article = admin.getByRole('article');
    await article.evaluate(article => article.querySelectorAll('caption').forEach(caption => caption.remove()));
    const shown = await article.innerText();
    const file = await admin.request.get(address!);
    expect(file.headers()['content-type']).toBe('application/pdf');
    expect(decodeURIComponent(file.headers()['content-disposition']!)).toContain(`filename*=UTF-8''Счёт ${number}.pdf`);
    const bytes = await file.body();
    await writeFile(path.join(import.meta.dirname, 'artifacts', 'invoice.pdf'), bytes);
    const { totalPages, text } = await extractText(new Uint8Array(bytes), { mergePages: true });
    expect(totalPages).toBe(1);
    const words = (text: string) => text.split(/\s+/).filter(Boolean).sort();
    expect(words(text)).toEqual(words(shown));
    expect(text.replace(/\s+/g, ' ')).toContain('Семь тысяч восемьсот рублей 00 копеек');

    // Whoever does not know the secret is refused, and written down.
    expect((await fetch(`${desk.url}/webhooks/payments`, { method: 'POST', body: '{}' })).status).toBe(401);
    if (desk.database) {
        const log = execFileSync(binary, ['log', '--database-url', desk.database], { encoding: 'utf8' });
        expect(log).toMatch(/^1 {2}21\.11\.2026, \d\d:\d\d {2}127\.0\.0\.1 {2}webhook\.not_signed {2}\{"bytes":2\}\n1 entries, the chain holds\n$/);
    }
    // The provider tells of the payment.
    await pay(desk.url, number, '7800.00', 'x1');

    await admin.goto('/orders');
    await admin.getByRole('link', { name: number }).click();
    await expect(admin.getByText('Лицензии доступны.')).toBeVisible();
    await shot(admin, 'order-paid');
    await admin.goto('/licenses');
    await admin.getByRole('row').filter({ hasText: 'УКЭП' }).getByRole('link', { name: number }).click();
    await admin.getByRole('table', { name: 'Лицензии' }).getByRole('link', { name: 'УКЭП' }).click();
    await admin.getByRole('textbox', { name: 'E-mail для места 1' }).fill('guseva@mail.example');
    await admin.getByRole('button', { name: 'Привязать' }).first().click();
    await expect(admin.getByRole('status')).toContainText('Лицензия привязана: Гусева Т. А.');
});

test('a statement of the bank pays what it names, and twice is once', async ({ admin, desk }) => {
    test.skip(!desk.database, 'needs the database of its own server');
    const number = await order(admin, { 'ПЭП': '1' });
    const statement = path.join(test.info().outputPath(), 'statement.txt');
    const lines = [
        '1CClientBankExchange', 'ВерсияФормата=1.03', 'Кодировка=Windows', 'РасчСчет=40702810000000000001',
        'СекцияДокумент=Платежное поручение', 'Номер=17', 'Дата=21.11.2026', 'Сумма=300.00', 'ПлательщикИНН=7707083893',
        'Плательщик1=ООО «Ромашка»', 'ПолучательСчет=40702810000000000001', `НазначениеПлатежа=Оплата по счёту ${number}`,
        'КонецДокумента', 'КонецФайла', '',
    ];
    await writeFile(statement, lines.join('\r\n'));
    const read = () => execFileSync(binary, ['payments', '--database-url', desk.database, 'import', statement], { encoding: 'utf8' });
    const record = spawnSync(binary, ['payments', '--database-url', desk.database, 'record', number, '299.00'], { encoding: 'utf8' });
    expect(record.stdout).toBe('unmatched (amount): 300,00 expected, 299,00 paid\n');
    expect(read()).toContain(`paid ${number}`);
    expect(read()).toContain('known already');
    await admin.reload();
    await expect(admin.getByText('Лицензии доступны.')).toBeVisible();
});

test('what is wrong stands beside its field, and what was typed stays', async ({ admin }) => {
    await admin.goto('/orders/new');
    await admin.getByRole('textbox', { name: 'ПЭП', exact: true }).fill('много');
    await admin.getByLabel('ИНН').fill('7707083894');
    await admin.getByLabel('Адрес').fill('Москва');
    await admin.getByRole('button', { name: 'Выставить счёт' }).click();
    await expect(admin.getByRole('textbox', { name: 'ПЭП', exact: true })).toHaveAccessibleDescription('Целое число от 1 до 1 000 000'.replaceAll(' 000', '\u00a0000'));
    await expect(admin.getByLabel('ИНН')).toHaveAccessibleDescription(/не сходится с контрольными цифрами/);
    await expect(admin.getByLabel('ИНН')).toHaveValue('7707083894');
    await expect(admin.getByRole('textbox', { name: 'ПЭП', exact: true })).toHaveValue('много');
    await shot(admin, 'order-refused');
});

test('an order is given up', async ({ admin }) => {
    const number = await order(admin, { 'УНЭП Госключ': '1' });
    await admin.getByRole('link', { name: 'Отменить заказ' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText(`Отменить заказ ${number}?`);
    await shot(admin, 'order-cancel');
    await admin.getByRole('link', { name: 'Не отменять' }).click();
    await admin.getByRole('link', { name: 'Отменить заказ' }).click();
    await admin.getByRole('button', { name: 'Отменить заказ' }).click();
    await expect(admin.getByRole('status')).toContainText('Заказ отменён');
    await expect(admin.getByRole('link', { name: 'Отменить заказ' })).toHaveCount(0);
    await admin.goto('/orders');
    await expect(admin.getByRole('row').filter({ hasText: number })).toContainText('Отменён');
    await shot(admin, 'orders');
});

test('paid seats that nobody holds are pointed out', async ({ admin }) => {
    await admin.goto('/licenses');
    await expect(admin.getByText('Срок идёт, а выданы не все лицензии. Не выдано: 199')).toBeVisible();
    await admin.getByRole('link', { name: 'Выдать лицензии' }).click();
    await expect(admin).toHaveURL('/users?licence=none');
});
