// «Задачи на сертификаты»: from the invitation to the certificate, with the demo's sandbox authority.
import type { Page } from '@playwright/test';
import { expect, shot, test } from './server';

const table = (page: Page) => page.getByRole('table', { name: 'Задачи на сертификаты' });
const rows = (page: Page) => table(page).locator('tbody').getByRole('row');
const states = (page: Page) => page.getByRole('navigation', { name: 'Состояния задач' });
const bar = (page: Page) => page.getByRole('group', { name: 'Действия с задачами' });
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** Opens the task of somebody. */
async function open(page: Page, name: string) {
    await page.goto(`/tasks?q=${encodeURIComponent(name)}`);
    await rows(page).first().getByRole('link').click();
    await expect(page.getByRole('table', { name: 'История' })).toBeVisible();
}

/** Invites whose task is open; the link that is passed on by hand. */
async function invite(page: Page) {
    await page.getByRole('button', { name: /^Пригласить/ }).click();
    await expect(heading(page)).toHaveText('Приглашение к получению сертификата');
    await page.getByRole('button', { name: 'Пригласить' }).click();
    return page.getByLabel('Ссылка для приглашения').inputValue();
}

test('the states of the demo, with their counts', async ({ admin }) => {
    await admin.goto('/users');
    await admin.getByRole('navigation', { name: 'Разделы' }).getByRole('link', { name: 'Задачи на сертификаты' }).click();
    await expect(heading(admin)).toHaveText('Задачи на сертификаты');
    await expect(states(admin).getByRole('link')).toHaveText([
        'Все 124', 'Создана 88', 'Приглашён 6', 'Данные подтверждены 2', 'Выпущен 21', 'Истекает 3', 'Истёк 1', 'Отклонён 2', 'Отозван 1',
    ]);
    await expect(table(admin).getByRole('columnheader')).toHaveText(['Выбрать', 'Пользователь', 'E-mail', 'Продукт', 'Состояние', 'С', 'Сертификат до']);
    await expect(rows(admin)).toHaveCount(50);
    await expect(bar(admin)).toBeHidden();
    await shot(admin, 'tasks');
    await states(admin).getByRole('link', { name: 'Истекает' }).click();
    await expect(rows(admin)).toHaveCount(3);
    await expect(admin).toHaveURL('/tasks?state=expiring');
    await admin.getByRole('combobox', { name: 'Продукт' }).selectOption('УНЭП EasyDocs');
    await admin.getByRole('button', { name: 'Показать' }).click();
    await expect(rows(admin)).toHaveCount(3);
    await admin.getByRole('searchbox', { name: 'Имя или e-mail' }).fill('щщщ');
    await admin.getByRole('button', { name: 'Показать' }).click();
    await expect(admin.getByRole('heading', { name: 'Таких задач нет' })).toBeVisible();
    await shot(admin, 'tasks-none');
    await admin.getByRole('link', { name: 'Показать все задачи' }).click();
    await expect(rows(admin)).toHaveCount(50);
    await admin.getByRole('navigation', { name: 'Страницы' }).getByRole('link', { name: 'Последний' }).click();
    await expect(rows(admin)).toHaveCount(24);
});

test('from the invitation to the certificate', async ({ admin, browser, desk }) => {
    await open(admin, 'Гаврилова');
    await expect(heading(admin)).toHaveText('Гаврилова А. С.');
    await shot(admin, 'task-created');
    const link = await invite(admin);
    expect(link).toMatch(new RegExp(`^${desk.url}/invitation/[0-9a-f]{64}$`));
    await expect(admin.getByRole('status')).toContainText('Готово: Приглашение к получению сертификата');
    await shot(admin, 'task-invited');
    await admin.reload();
    await expect(admin.getByLabel('Ссылка для приглашения')).toHaveCount(0);

    // The person has no account, and another browser.
    const person = await (await browser.newContext({ locale: 'ru-RU' })).newPage();
    await person.goto(link);
    await expect(heading(person)).toHaveText('Приглашение получить электронную подпись');
    await expect(person.getByRole('definition')).toHaveText(['Гаврилова Анна Сергеевна', 'gavrilova@romashka.example', 'УНЭП EasyDocs']);
    await shot(person, 'invitation');
    await person.getByRole('button', { name: 'Подтвердить данные' }).click();
    await expect(heading(person)).toHaveText('Данные подтверждены');
    await shot(person, 'invitation-used');
    await person.goto(link.replace(/.{5}$/, '00000'));
    await expect(heading(person)).toHaveText('Ссылка не действует');
    await person.context().close();

    // The authority asks for nothing more, and the page tells how it went.
    await expect(async () => {
        await admin.reload();
        await expect(admin.locator('.facts').getByText('Выпущен')).toBeVisible({ timeout: 500 });
    }).toPass();
    const history = admin.getByRole('table', { name: 'История' }).locator('tbody').getByRole('row');
    await expect(history).toHaveCount(5);
    await expect(history).toContainText(['Выпущен', 'Личность подтверждена', 'Данные подтверждены', 'Приглашён', 'Создана']);
    await expect(history.nth(1)).toContainText('Госуслуги');
    await expect(admin.getByText('21.11.2027')).toBeVisible();
    await shot(admin, 'task-issued');

    // It is revoked, and the report says so.
    await admin.getByRole('button', { name: 'Отозвать сертификат' }).click();
    await expect(heading(admin)).toHaveText('Отзыв сертификатов');
    await expect(admin.getByText('Вернуть это нельзя.')).toBeVisible();
    await shot(admin, 'task-revoke');
    await admin.getByRole('button', { name: 'Отозвать сертификат' }).click();
    await admin.getByRole('status').getByRole('link', { name: 'Отчёт' }).click();
    await expect(admin.getByRole('table', { name: 'Сертификат отозван (1)' })).toBeVisible();
    await expect(admin.getByRole('button', { name: 'Вернуть как было' })).toHaveCount(0);
});

test('some are ticked, all are taken, and whoever does not fit is told why', async ({ admin }) => {
    await admin.goto('/tasks');
    await rows(admin).first().getByRole('checkbox').check();
    await expect(bar(admin)).toBeVisible();
    await shot(admin, 'tasks-selected');
    await bar(admin).getByRole('button', { name: 'Выбрать все 124' }).click();
    await bar(admin).getByRole('button', { name: 'Пригласить (94)' }).click();
    await expect(admin.getByText(/^94.человека: /)).toBeVisible();
    await expect(admin.getByText('Останутся без изменений: 30')).toBeVisible();
    await shot(admin, 'tasks-invite');
    await admin.getByRole('button', { name: 'Пригласить (94)' }).click();
    await expect(heading(admin)).toHaveText('Приглашение к получению сертификата');
    await expect(admin.getByRole('table', { name: 'Отклонены (30)' }).getByText('Этот шаг уже пройден').first()).toBeVisible();
    await expect(admin.getByRole('table', { name: 'Приглашены (94)' })).toBeVisible();
    await shot(admin, 'tasks-report');
    await admin.goto('/operations');
    await expect(admin.getByRole('row').filter({ hasText: 'Приглашение к получению сертификата' })).toContainText('94 / 124');
    await admin.goto('/letters');
    await expect(admin.getByRole('row').filter({ hasText: 'Приглашение' }).first()).toBeVisible();
});

test('a rejection wants a reason, which the task shows', async ({ admin }) => {
    await admin.goto('/tasks?state=confirmed');
    await rows(admin).first().getByRole('checkbox').check();
    await bar(admin).getByRole('button', { name: 'Отклонить (1)' }).click();
    const reason = admin.getByLabel('Причина отказа');
    await reason.fill('   ');
    await admin.getByRole('button', { name: 'Отклонить' }).click();
    await expect(reason).toHaveAccessibleDescription(/^Заполните это поле/);
    await shot(admin, 'task-reject');
    await reason.fill('Паспорт просрочен');
    await admin.getByRole('button', { name: 'Отклонить' }).click();
    await expect(admin.getByRole('table', { name: 'История' })).toContainText('Паспорт просрочен');
    await shot(admin, 'task-rejected');
});

test('a deed is given up, and leads back to the tasks', async ({ admin }) => {
    await admin.goto('/tasks?state=created');
    await rows(admin).first().getByRole('checkbox').check();
    await bar(admin).getByRole('button', { name: 'Отменить задачи (1)' }).click();
    await admin.getByRole('button', { name: 'Отменить', exact: true }).click();
    await expect(admin).toHaveURL('/tasks?state=created');
    await expect(states(admin)).toContainText('Создана 88');
});
