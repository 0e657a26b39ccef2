import type { Page } from '@playwright/test';
import { FREE, HOLDERS, People, SHORTAGE } from './people';
import { expect, shot, test } from './server';
import { small } from './touch';

const HEIGHT = 844;
const WIDTH = 390;

const fitsAcross = (page: Page) => expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(WIDTH);

test('people are cards that fit', async ({ people }) => {
    await expect(people.rows).toHaveCount(50);
    await expect(people.table.getByRole('columnheader')).toHaveCount(0);
    const card = await people.rows.first().boundingBox();
    expect(card?.height).toBeGreaterThanOrEqual(60);
    expect(card?.width).toBeGreaterThan(WIDTH - 40);
    await fitsAcross(people.page);
    expect(await small(people.page)).toEqual([]);
    await shot(people.page, 'users');
});

test('tabs are reached by swiping', async ({ people }) => {
    await people.tab('Шестая').tap();
    await expect(people.rows).toHaveCount(5);
    await expect(people.tab('Шестая')).toBeInViewport();
    await fitsAcross(people.page);
});

test('search and filters', async ({ people }) => {
    const { page } = people;
    await people.search.fill('герас');
    await expect(people.names).toHaveText(['Герасимова А. К.', 'Герасимова К. И.']);
    await people.search.fill('');
    await page.getByRole('button', { name: 'Фильтры' }).tap();
    const sheet = page.locator('#filters');
    await expect(sheet).toBeVisible();
    const box = await sheet.boundingBox();
    expect(box!.y + box!.height).toBeCloseTo(HEIGHT, 0);
    expect(await small(page)).toEqual([]);
    await shot(page, 'filters');
    await sheet.getByRole('combobox', { name: 'Лицензия' }).selectOption('Есть лицензия');
    await expect(people.range('1–50 из 124')).toBeVisible();
    await sheet.getByRole('combobox', { name: 'Порядок' }).selectOption('E-mail');
    await expect(page).toHaveURL(/sort=email/);
    await sheet.getByRole('combobox', { name: 'Направление' }).selectOption('По убыванию');
    await expect(page).toHaveURL(/sort=email&dir=desc/);
    await sheet.getByRole('button', { name: 'Показать' }).tap();
    await expect(sheet).toBeHidden();
});

test('the whole page is selected from the sheet', async ({ people }) => {
    await people.rows.first().tap();
    await people.button('Вся страница').tap();
    await expect(people.size).toHaveText(/^Выбрано 50/, { useInnerText: true });
    await shot(people.page, 'whole-page');
});

test('a tap on the card selects, and deeds come as a sheet at the bottom', async ({ people }) => {
    const { page } = people;
    await people.open('?licence=any');
    await people.rows.first().tap();
    await expect(people.rows.first().getByRole('checkbox')).toBeChecked();
    await expect(people.bar).toBeVisible();
    await expect(people.size).toHaveText('Выбрано 1 · вернётся на остаток: 1', { useInnerText: true });
    const box = await people.bar.boundingBox();
    expect(box!.y + box!.height).toBeCloseTo(HEIGHT, 0);
    expect(box!.width).toBe(WIDTH);
    expect(await small(page)).toEqual([]);
    await fitsAcross(page);
    await shot(page, 'selected');
});

test('the last card can be reached above the sheet', async ({ people }) => {
    await people.rows.first().tap();
    await people.rows.last().tap();
    await expect(people.rows.last().getByRole('checkbox')).toBeChecked();
    await expect(people.size).toContainText('Выбрано 2');
});

test('the next page can be reached above the sheet', async ({ people }) => {
    await people.open('?licence=any');
    await people.rows.first().tap();
    await expect(people.bar).toBeVisible();
    await people.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const [link, sheet] = [await people.pager('Далее').boundingBox(), await people.bar.boundingBox()];
    expect(link!.y + link!.height).toBeLessThanOrEqual(sheet!.y);
    await people.pager('Далее').tap();
    await expect(people.range('51–100 из 124')).toBeVisible();
    await expect(people.size).toContainText('Выбрано 1');
});

test('everybody of one tab and everybody of another', async ({ people }) => {
    const { page } = people;
    const all = async (tab: string, count: number, sum: number) => {
        await people.tab(tab).tap();
        await expect(people.range(`1–50 из ${count}`)).toBeVisible();
        await people.button(`Выбрать все ${count} по фильтру`).tap();
        await expect(people.size).toContainText(`Выбрано ${sum}`);
        await expect(people.button(`Выбрать все ${count} по фильтру`)).toBeHidden();
        expect(await small(page)).toEqual([]);
        await fitsAcross(page);
    };
    await people.tab('Кандидаты').tap();
    await expect(people.range('1–50 из 88')).toBeVisible();
    await people.rows.first().tap();
    await shot(page, 'one-of-a-filter');
    await all('Кандидаты', 88, 88);
    await all('Сотрудники', 142, 230);
    await shot(page, 'two-filters');
    await people.rows.first().tap();
    await expect(people.size).toContainText('Выбрано 229');
});

test('revoking one person takes three taps from the list', async ({ people }) => {
    await people.open('?licence=any');
    await people.rows.first().tap();
    await people.button('Отозвать лицензию (1)').tap();
    await people.dialog.getByRole('button', { name: 'Отозвать лицензию' }).tap();
    await expect(people.message).toContainText('Лицензии отозваны: 1');
    await shot(people.page, 'revoked');
    await people.message.getByRole('button', { name: 'Вернуть как было' }).tap();
    await expect(people.message).toContainText('Лицензии возвращены: 1');
});

test('dialogs are sheets', async ({ people }) => {
    const { page, dialog } = people;
    const sheet = async (name: string) => {
        await expect(dialog).toBeVisible();
        await expect(async () => {
            const box = await dialog.boundingBox();
            expect(box?.x).toBe(0);
            expect(box?.width).toBe(WIDTH);
            expect(box!.y + box!.height).toBeCloseTo(HEIGHT, 0);
        }).toPass();
        expect(await small(page), name).toEqual([]);
        await fitsAcross(page);
        await shot(page, name);
        await dialog.getByRole('button', { name: 'Отменить' }).tap();
        await expect(dialog).toBeHidden();
    };
    await page.getByRole('link', { name: 'Добавить пользователя' }).tap();
    await dialog.getByRole('button', { name: 'Добавить пользователя' }).tap();
    await sheet('add');
    await people.pick(...FREE, HOLDERS[0]);
    await people.openIssue();
    await people.option('WE12Qmxx').check();
    await expect(people.problem).toHaveText(SHORTAGE);
    await sheet('issue');
    await people.openRevoke();
    await expect(dialog.getByText('1 лицензия вернётся на остаток: ЛК — 1.')).toBeVisible();
    await sheet('revoke');
    await people.button('Удалить пользователя (4)').tap();
    await sheet('delete');
});

test('a licence is issued', async ({ people }) => {
    await people.issue('hR7_kQ2z', FREE[0]);
    await expect(people.message).toContainText('Лицензии выданы: 1');
    await people.openReport();
    await expect(people.page.getByRole('heading', { level: 1 })).toHaveText('Выдача лицензий: ПЭП');
    await fitsAcross(people.page);
    expect(await small(people.page)).toEqual([]);
    await shot(people.page, 'report');
});

test('the menu opens, leads on, and holds the account', async ({ people }) => {
    const { page } = people;
    await page.getByRole('button', { name: 'Меню' }).tap();
    const menu = page.getByRole('complementary', { name: 'Меню' });
    await expect(menu).toBeVisible();
    expect(await small(page)).toEqual([]);
    await shot(page, 'menu');
    await menu.getByRole('button', { name: 'admin@romashka.example' }).tap();
    await expect(page.getByRole('button', { name: 'Выйти' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Выйти' })).toBeInViewport({ ratio: 1 });
    await shot(page, 'account');
    await page.keyboard.press('Escape');
    await menu.getByRole('link', { name: 'Операции' }).tap();
    await expect(page).toHaveURL('/operations');
});

for (const path of ['/users/new', '/users/delete?ids=1', '/operations', '/nowhere']) {
    test(`${path} fits, and fingers too`, async ({ admin }) => {
        await admin.goto(path);
        await expect(admin.getByRole('heading', { level: 1 })).toBeVisible();
        await fitsAcross(admin);
        expect(await small(admin)).toEqual([]);
    });
}

test('the form to sign in fits', async ({ page }) => {
    await page.goto('/sign-in');
    await fitsAcross(page);
    expect(await small(page)).toEqual([]);
    await shot(page, 'sign-in');
});

test('long lists do not scroll sideways at 320 pixels', async ({ admin }) => {
    await admin.setViewportSize({ width: 320, height: 640 });
    const people = new People(admin);
    await people.open();
    await people.rows.first().tap();
    expect(await admin.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});

test('stock and seats fit the phone', async ({ admin }) => {
    await admin.goto('/licenses');
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Лицензии');
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await shot(admin, 'licenses');
    await admin.getByRole('row').filter({ hasText: 'WE12Qmxx' }).getByRole('link').tap();
    await admin.getByRole('textbox', { name: /^E-mail для места/ }).fill('guseva@mail.example');
    await admin.getByRole('button', { name: 'Привязать' }).tap();
    await expect(admin.getByRole('status')).toContainText('Лицензия привязана');
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await shot(admin, 'seats');
});

test('tasks, a step of one, and an invitation fit the phone', async ({ admin }) => {
    await admin.goto('/tasks?state=created');
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Задачи на сертификаты');
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await shot(admin, 'tasks');
    await admin.getByRole('table').getByRole('checkbox').first().tap();
    const bar = admin.getByRole('group', { name: 'Действия с задачами' });
    await expect(bar).toBeInViewport({ ratio: 1 });
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await shot(admin, 'tasks-selected');
    await bar.getByRole('button', { name: 'Пригласить' }).tap();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Приглашение к получению сертификата');
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await admin.getByRole('button', { name: 'Пригласить' }).tap();
    const link = await admin.getByLabel('Ссылка для приглашения').inputValue();
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await shot(admin, 'task');
    await admin.goto(link);
    await fitsAcross(admin);
    expect(await small(admin)).toEqual([]);
    await shot(admin, 'invitation');
    await admin.getByRole('button', { name: 'Подтвердить данные' }).tap();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Данные подтверждены');
});
