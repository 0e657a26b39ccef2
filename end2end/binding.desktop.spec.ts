// A pool opens to its seats: each is bound to a person by e-mail, and freed again.
import type { Page } from '@playwright/test';
import { expect, shot, test } from './server';

const seats = (page: Page) => page.getByRole('table', { name: 'Места' });
const row = (page: Page, text: string | RegExp) => seats(page).locator('tbody').getByRole('row').filter({ hasText: text });
const show = (page: Page, name: string) => page.getByRole('navigation', { name: 'Места' }).getByRole('link', { name });
const said = (page: Page) => page.getByRole('status');

async function open(page: Page, code: string) {
    await page.goto('/licenses?status=all');
    await page.getByRole('row').filter({ hasText: code }).getByRole('link').click();
    await expect(page.getByText(code)).toBeVisible();
}

/** Types into the first free seat and presses «Привязать» beside it. */
async function bind(page: Page, email: string) {
    const free = seats(page).locator('tbody').getByRole('row').filter({ has: page.getByRole('button', { name: 'Привязать' }) }).first();
    await free.getByRole('textbox', { name: /^E-mail для места \d+$/ }).fill(email);
    await free.getByRole('button', { name: 'Привязать' }).click();
}

test('a seat is bound by e-mail, and the way back is at hand', async ({ admin }) => {
    await open(admin, 'Zt-4mVb9');
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('УНЭП EasyDocs');
    await expect(seats(admin).getByRole('columnheader')).toHaveText([
        'Место', 'Привязана к пользователю с E-mail', 'Пользователь', 'С', 'Действие',
    ]);
    await bind(admin, 'A.Gerasimova@mail.example');
    await expect(said(admin)).toContainText('Лицензия привязана: Герасимова А. К., a.gerasimova@mail.example');
    await expect(row(admin, 'a.gerasimova@mail.example')).toContainText('Герасимова А. К.21.11.2026');
    await shot(admin, 'seats');
    await admin.goto('/users?q=герасимова');
    await expect(admin.getByRole('row').filter({ hasText: 'Герасимова А. К.' })).toContainText('ЛК с УНЭП');
    await admin.goBack();
    await said(admin).getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Возврат выдачи: УНЭП EasyDocs');
});

test('«Отвязать» frees the seat at once for another', async ({ admin }) => {
    await open(admin, 'WE12Qmxx');
    await show(admin, 'Привязанные 7').click();
    const holder = seats(admin).locator('tbody').getByRole('row').first();
    const email = await holder.getByRole('cell').nth(1).innerText();
    await holder.getByRole('button', { name: `Отвязать ${email}` }).click();
    await expect(said(admin)).toContainText('Лицензия отвязана');
    await expect(row(admin, email)).toHaveCount(0);
    await show(admin, 'Свободные 2').click();
    await bind(admin, 'k.gerasimova@mail.example');
    await expect(said(admin)).toContainText('Лицензия привязана');
    await expect(show(admin, 'Свободные 1')).toBeVisible();
});

test('an e-mail that is nobody\'s is refused beside its field, with a way to add the person', async ({ admin }) => {
    await open(admin, 'hR7_kQ2z');
    await bind(admin, 'novikova@romashka.example');
    const field = seats(admin).getByRole('textbox').first();
    await expect(field).toHaveValue('novikova@romashka.example');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAccessibleDescription(/^Нет пользователя с таким e-mail\. Проверьте адрес или добавьте пользователя/);
    expect(admin.url()).not.toContain('novikova');
    await shot(admin, 'seats-refused');
    await seats(admin).getByRole('button', { name: 'Добавить пользователя' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Новый пользователь');
    await expect(admin.getByLabel('E-mail')).toHaveValue('novikova@romashka.example');
    await admin.getByLabel('Фамилия').fill('Новикова');
    await admin.getByLabel('Имя').fill('Ольга');
    await admin.getByRole('button', { name: 'Добавить пользователя' }).click();
    await expect(said(admin)).toContainText('Пользователь добавлен');
    await expect(field).toHaveValue('novikova@romashka.example');
    await expect(field).toBeFocused();
    await admin.keyboard.press('Enter');
    await expect(said(admin)).toContainText('Лицензия привязана: Новикова О.');
    await expect(field).toBeFocused();
});

test('who is left out is told why', async ({ admin }) => {
    await open(admin, 'hR7_kQ2z');
    for (const [email, why] of [
        ['golovanov@mail.example', 'Уже есть лицензия. Отзовите её и выдайте новую'],
        ['voron@romashka.example', 'Уволен. Уволенным лицензии не выдаются'],
    ] as const) {
        await bind(admin, email);
        await expect(seats(admin).getByRole('alert')).toHaveText(why);
    }
    await expect(show(admin, 'Свободные 100')).toBeVisible();
});

test('a pasted list is previewed, confirmed, reported and undone', async ({ admin }) => {
    await open(admin, 'hR7_kQ2z');
    await admin.getByText('Привязать списком').click();
    await admin.getByLabel('Адреса e-mail, под которыми пользователи зарегистрированы').fill(
        'Герасимова А. К. <a.gerasimova@mail.example>\nk.gerasimova@mail.example; guseva@mail.example\nvoron@romashka.example\nnobody@romashka.example\nИванов',
    );
    await shot(admin, 'bind-list');
    await admin.getByRole('button', { name: 'Продолжить' }).click();
    await expect(admin.getByText('3 человека: Герасимова А. К., Герасимова К. И., Гусева Т. А.')).toBeVisible();
    await expect(admin.getByText('Не получат: 3')).toBeVisible();
    await expect(admin.getByRole('listitem').filter({ hasText: 'nobody@romashka.example' })).toContainText('Нет пользователя с таким e-mail');
    await expect(admin.getByRole('radio')).toHaveCount(1);
    await expect(admin.getByRole('radio', { name: 'hR7_kQ2z' })).toBeChecked();
    await shot(admin, 'bind-list-confirm');
    await admin.getByRole('button', { name: 'Отправить' }).click();
    await expect(admin.getByRole('table', { name: 'Отклонены (3)' }).locator('tbody').getByRole('row')).toHaveText([
        'ИвановЭто не адрес e-mailИсправьте адрес',
        'nobody@romashka.exampleНет пользователя с таким e-mailПроверьте адрес или добавьте пользователяДобавить пользователя',
        'Ворон М. А.УволенУволенным лицензии не выдаются',
    ]);
    await expect(admin.getByRole('table', { name: 'Получили лицензию (3)' })).toBeVisible();
    await expect(admin.getByRole('button', { name: 'Добавить пользователя nobody@romashka.example' })).toBeInViewport({ ratio: 1 });
    await shot(admin, 'bind-list-report');
    await admin.getByRole('button', { name: 'Вернуть как было' }).click();
    await open(admin, 'hR7_kQ2z');
    await expect(show(admin, 'Свободные 100')).toBeVisible();
});

test('seats have pages', async ({ admin }) => {
    await open(admin, 'ea9ENYf6');
    await expect(admin.getByText('Страница 1 из 2')).toBeVisible();
    await admin.getByRole('navigation', { name: 'Страницы' }).getByRole('link', { name: 'Последний' }).click();
    await expect(seats(admin).getByRole('button', { name: 'Привязать' })).toHaveCount(1);
    await expect(admin).toHaveURL(/page=2$/);
});
