// «Лицензии»: what was bought, and how much of it is issued.
import type { Page } from '@playwright/test';
import { FREE } from './people';
import { expect, keys, shot, test } from './server';

const table = (page: Page, name = 'Лицензии') => page.getByRole('table', { name });
const rows = (page: Page, name?: string) => table(page, name).locator('tbody').getByRole('row');
const status = (page: Page, name: string) => page.getByRole('navigation', { name: 'Статус' }).getByRole('link', { name });

test('every pool with its code, seats, term and status', async ({ admin }) => {
    await admin.goto('/users');
    await admin.getByRole('navigation', { name: 'Разделы' }).getByRole('link', { name: 'Лицензии' }).click();
    await expect(admin).toHaveURL('/licenses');
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Лицензии');
    await expect(table(admin).getByRole('columnheader')).toHaveText([
        'Продукт', 'Код', 'Куплено', 'Выдано', 'Остаток', 'Начало срока', 'Окончание срока', 'Заказ', 'Статус',
    ]);
    await expect(rows(admin)).toHaveCount(11);
    await expect(rows(admin).filter({ hasText: 'hR7_kQ2z' })).toHaveText(/^ПЭПhR7_kQ2z1000100\d\d\.\d\d\.\d{4}\d\d\.\d\d\.\d{4}Активна$/);
    await expect(rows(admin).filter({ hasText: 'ea9ENYf6' })).toContainText('Бессрочно');
    await shot(admin, 'licenses');
});

test('a deed changes bought, issued and left at once', async ({ people }) => {
    await people.issue('WE12Qmxx', FREE[0]);
    const { page } = people;
    await page.goto('/licenses');
    await expect(rows(page)).toHaveCount(10);
    await expect(table(page)).not.toContainText('WE12Qmxx');
    await status(page, 'Исчерпанные 2').click();
    await expect(page).toHaveURL('/licenses?status=exhausted');
    await expect(rows(page).filter({ hasText: 'WE12Qmxx' })).toHaveText(/^УКЭПWE12Qmxx880.*Исчерпана$/);
    await expect(rows(page, 'По продуктам').filter({ hasText: /^УКЭП8/ })).toContainText('880');
    // Nothing is left: it lasts until today.
    await expect(rows(page, 'По продуктам').filter({ hasText: /^УКЭП8/ }).getByRole('cell').last()).toHaveText('21.11.2026');
});

test('filters by status and by product have addresses, and none found says so', async ({ admin }) => {
    await admin.goto('/licenses');
    await admin.getByRole('button', { name: 'Все продукты' }).click();
    await admin.getByRole('navigation', { name: 'Продукты' }).getByRole('link', { name: 'УНЭП EasyDocs 2' }).click();
    await expect(rows(admin)).toHaveCount(2);
    await status(admin, 'Все 2').click();
    await expect(admin).toHaveURL(/\/licenses\?product=\d+&status=all$/);
    await status(admin, 'Срок истёк 0').click();
    await expect(admin.getByRole('heading', { name: 'Таких лицензий нет' })).toBeVisible();
    await shot(admin, 'licenses-none');
    await admin.getByRole('link', { name: 'Показать все лицензии' }).click();
    await expect(rows(admin)).toHaveCount(12);
    await rows(admin, 'По продуктам').getByRole('link', { name: 'УКЭП Госключ' }).click();
    await expect(rows(admin)).toHaveCount(1);
    await admin.goBack();
    await expect(rows(admin)).toHaveCount(12);
});

test('the chart can be read as a table', async ({ admin }) => {
    await admin.goto('/licenses');
    await expect(admin.getByRole('img', { name: /^Места по месяцам\. .* куплено \d+, выдано \d+, закончится \d+$/ })).toBeVisible();
    await expect(table(admin, 'Места по месяцам')).toBeHidden();
    await admin.getByText('Показать таблицей').click();
    await expect(rows(admin, 'Места по месяцам')).toHaveCount(19);
    // What is bought and issued now is what the totals say.
    const sums = await rows(admin, 'По продуктам').evaluateAll(rows => rows.map(row => [1, 2].map(place => Number(row.children[place]!.textContent))));
    const sum = (place: number) => sums.reduce((sum, row) => sum + row[place]!, 0);
    await expect(rows(admin, 'Места по месяцам').nth(6)).toContainText(`${sum(0)}${sum(1)}`);
});

test('a trial is there at once, marked, and had once', async ({ admin }) => {
    await admin.goto('/licenses');
    const trials = admin.getByRole('list', { name: 'Попробовать без оплаты' }).getByRole('listitem');
    await expect(trials).toHaveCount(5);
    const start = 'Начать пробный период: 5 мест на 14 дней'.replace(/(\d+) /g, '$1\u00a0');
    await trials.getByRole('link', { name: `${start}, УКЭП`, exact: true }).click();
    await shot(admin, 'trial-start');
    await admin.getByRole('button', { name: start }).click();
    await expect(admin.getByRole('status')).toContainText('Пробный период начат: УКЭП');
    await expect(rows(admin).filter({ hasText: 'пробная' })).toHaveText(/^УКЭП пробная.{8}505/);
    await expect(trials).toHaveCount(4);
    await shot(admin, 'licenses-trial');
});

test('a product is registered by its number and PIN, then by its owner', async ({ admin, desk }) => {
    test.skip(!desk.database, 'needs the database of its own server');
    await keys(desk);
    await admin.goto('/licenses');
    await admin.getByRole('link', { name: 'Зарегистрировать программный продукт' }).click();
    await expect(admin.getByLabel('ИНН')).toHaveCount(0);
    await admin.getByLabel('Регистрационный номер').fill('ab12 3456');
    await admin.getByLabel('PIN-код').fill('00000000');
    const next = admin.getByRole('button', { name: 'Продолжить' });
    await next.click();
    await expect(admin.getByLabel('PIN-код')).toHaveAccessibleDescription('Номер и PIN-код не подходят или уже использованы');
    await expect(admin.getByLabel('PIN-код')).toHaveValue('');
    await expect(admin.getByLabel('Регистрационный номер')).toHaveValue('AB12 3456'.toLowerCase());
    await shot(admin, 'register-refused');
    await admin.getByLabel('PIN-код').fill('98765432');
    await next.click();
    await expect(admin).toHaveURL('/licenses/register/owner');
    await expect(admin.getByRole('definition')).toHaveText(['УНЭП EasyDocs', '7', '12\u00a0месяцев', 'AB123456']);
    await expect(admin.getByText('Поля со звёздочкой обязательны.')).toBeVisible();
    await admin.getByLabel('ИНН').fill('7707083894');
    await admin.getByLabel('Номер телефона').fill('+7 495 123-45-67');
    await admin.getByLabel('Адрес электронной почты').fill('info@romashka.example');
    await admin.getByLabel('Ответственный сотрудник').fill('Иванова А. П.');
    const send = admin.getByRole('button', { name: 'Зарегистрировать программный продукт' });
    await send.click();
    await expect(admin.getByLabel('ИНН')).toHaveAccessibleDescription(/не сходится с контрольными цифрами/);
    await expect(admin.getByLabel('ИНН')).toHaveValue('7707083894');
    await expect(admin.getByLabel('Номер телефона')).toHaveValue('+7 495 123-45-67');
    await shot(admin, 'register-owner-refused');
    await admin.getByLabel('ИНН').fill('7707083893');
    await send.click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('УНЭП EasyDocs');
    await expect(admin.getByRole('navigation', { name: 'Места' }).getByRole('link', { name: 'Свободные 7' })).toBeVisible();
    const registration = admin.getByRole('region', { name: 'Регистрация' });
    await expect(registration.getByRole('term')).toHaveText([
        'Регистрационный номер', 'Зарегистрирована', 'Кто зарегистрировал', 'Владелец (организация)', 'ИНН', 'Ответственный сотрудник',
        'Номер телефона', 'Адрес электронной почты', 'Страна',
    ]);
    await expect(registration.getByRole('definition').nth(1)).toHaveText(/^21\.11\.2026, \d\d:\d\d$/);
    await expect(registration).toContainText('Иванова А. П.');
    await shot(admin, 'registered');
});

test('who has shown no PIN is led back to the first step', async ({ admin, desk }) => {
    test.skip(!desk.database, 'needs the database of its own server');
    await admin.goto('/licenses/register/owner');
    await expect(admin).toHaveURL('/licenses/register');
    await keys(desk);
    await admin.getByLabel('Регистрационный номер').fill('AB12-3456');
    await admin.getByLabel('PIN-код').fill('98765432');
    await admin.getByRole('button', { name: 'Продолжить' }).click();
    // The same as when a quarter of an hour has passed.
    await admin.context().clearCookies({ name: 'licentia-key' });
    await admin.getByRole('button', { name: 'Зарегистрировать программный продукт' }).click();
    await expect(admin.getByRole('alert')).toHaveText('Введите номер и PIN-код ещё раз.');
    await expect(admin.getByLabel('PIN-код')).toBeVisible();
});

test('in English too', async ({ admin }) => {
    await admin.goto('/licenses');
    await admin.getByRole('button', { name: 'admin@romashka.example' }).click();
    await admin.getByRole('button', { name: 'English' }).click();
    await admin.goto('/licenses');
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Licences');
    expect(await admin.getByRole('main').innerText()).not.toMatch(/Куплено|Срок|Активн|Показать|янв|фев/);
});
