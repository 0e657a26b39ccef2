// Selecting certificate tasks: one selection over pages, orders, searches and states, as in the table of people.
import type { Page } from '@playwright/test';
import { expect, shot, test } from './server';

const table = (page: Page) => page.getByRole('table', { name: 'Задачи на сертификаты' });
const rows = (page: Page) => table(page).locator('tbody').getByRole('row');
const boxes = (page: Page) => table(page).locator('tbody').getByRole('checkbox');
const bar = (page: Page) => page.getByRole('group', { name: 'Действия с задачами' });
const pageBox = (page: Page) => page.getByRole('checkbox', { name: 'Выбрать все на странице' });
const states = (page: Page) => page.getByRole('navigation', { name: 'Состояния задач' });
const button = (page: Page, name: string | RegExp) => bar(page).getByRole('button', { name, exact: true });
const selected = (page: Page, count: number) =>
    expect(bar(page).getByText(/^Выбрано/)).toHaveText(`Выбрано ${count} из 124`);

test.beforeEach(async ({ admin }) => {
    await admin.goto('/tasks');
});

test('the box of the page has three states', async ({ admin }) => {
    await boxes(admin).first().check();
    await expect(pageBox(admin)).toBeChecked({ indeterminate: true });
    await selected(admin, 1);
    await pageBox(admin).click();
    await expect(pageBox(admin)).toBeChecked();
    await selected(admin, 50);
    await boxes(admin).nth(7).uncheck();
    await expect(pageBox(admin)).toBeChecked({ indeterminate: true });
    await pageBox(admin).click();
    await pageBox(admin).click();
    await expect(pageBox(admin)).toBeChecked({ checked: false });
    await expect(bar(admin)).toBeHidden();
});

test('ranges by mouse and keyboard', async ({ admin }) => {
    await boxes(admin).nth(2).click();
    await boxes(admin).nth(6).click({ modifiers: ['Shift'] });
    await selected(admin, 5);
    await boxes(admin).nth(4).click({ modifiers: ['Shift'] });
    await selected(admin, 2);
    await boxes(admin).nth(10).focus();
    await admin.keyboard.press('ArrowDown');
    await admin.keyboard.press('Space');
    await admin.keyboard.press('Shift+ArrowDown');
    await admin.keyboard.press('Shift+ArrowDown');
    await expect(boxes(admin).nth(13)).toBeFocused();
    await selected(admin, 5);
    await admin.keyboard.press('Control+a');
    await selected(admin, 50);
});

test('it survives paging, sorting, searching and another state; one press clears it', async ({ admin }) => {
    await boxes(admin).first().check();
    await admin.getByRole('link', { name: 'Далее' }).click();
    await expect(admin).toHaveURL('/tasks?page=2');
    await boxes(admin).nth(3).check();
    await selected(admin, 2);
    await table(admin).getByRole('link', { name: 'Пользователь' }).click();
    await expect(admin).toHaveURL('/tasks?sort=name');
    await selected(admin, 2);
    await states(admin).getByRole('link', { name: 'Выпущен' }).click();
    await expect(admin).toHaveURL('/tasks?state=issued&sort=name');
    await boxes(admin).nth(1).check();
    await selected(admin, 3);
    await admin.goto('/tasks?q=щщщ');
    await expect(admin.getByRole('heading', { name: 'Таких задач нет' })).toBeVisible();
    await selected(admin, 3);
    await admin.reload();
    await selected(admin, 3);
    await admin.goBack();
    await selected(admin, 3);
    await expect(boxes(admin).nth(1)).toBeChecked();
    await button(admin, 'Снять выбор').click();
    await expect(bar(admin)).toBeHidden();
    await admin.goto('/tasks');
    await expect(boxes(admin).first()).not.toBeChecked();
    await expect(bar(admin)).toBeHidden();
});

test('everything that is found, and of it only the selected', async ({ admin }) => {
    await admin.goto('/tasks?state=issued');
    await pageBox(admin).click();
    await selected(admin, 21);
    await admin.goto('/tasks');
    await button(admin, 'Выбрать все 124').click();
    await selected(admin, 124);
    await expect(button(admin, 'Выбрать все 124')).toBeHidden();
    await boxes(admin).first().uncheck();
    await selected(admin, 123);
    await expect(button(admin, 'Выбрать все 124')).toBeVisible();
    await button(admin, 'Снять выбор').click();
    await states(admin).getByRole('link', { name: 'Создана' }).click();
    await boxes(admin).first().check();
    await button(admin, 'Выбрать все 88 по фильтру').click();
    await selected(admin, 88);

    await button(admin, 'Только выбранные').click();
    await expect(button(admin, 'Показать все')).toBeFocused();
    await expect(states(admin).getByRole('link')).toHaveText(['Все 88', 'Создана 88']);
    await expect(boxes(admin)).toHaveCount(50);
    await expect(pageBox(admin)).toBeChecked();
    await shot(admin, 'tasks-only-selected');
    await admin.getByRole('link', { name: 'Далее' }).click();
    await expect(boxes(admin)).toHaveCount(38);
    await boxes(admin).first().uncheck();
    await selected(admin, 87);
    await expect(boxes(admin)).toHaveCount(38);
    await table(admin).getByRole('link', { name: 'Продукт' }).click();
    await expect(table(admin).getByRole('columnheader', { name: 'Продукт' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(boxes(admin)).toHaveCount(50);
    await button(admin, 'Показать все').click();
    await expect(states(admin).getByRole('link', { name: /^Все/ })).toHaveText('Все 124');
    await selected(admin, 87);
});

test('buttons say the deed and its size, and only what fits is offered', async ({ admin }) => {
    const names = () => bar(admin).locator('.deeds-acts').getByRole('button');
    await admin.goto('/tasks?state=issued');
    await boxes(admin).first().check();
    await boxes(admin).nth(1).check();
    await expect(names()).toHaveText(['Отозвать (2)'], { useInnerText: true });
    await admin.goto('/tasks?state=invited');
    await pageBox(admin).click();
    await expect(names().filter({ visible: true })).toHaveText(
        ['Пригласить (6)', 'Отклонить (6)', 'Отозвать (2)', 'Отменить задачи (6)']);
    await shot(admin, 'tasks-picked');
    await button(admin, 'Пригласить (6)').click();
    await expect(admin.getByText('Останутся без изменений: 2')).toBeVisible();

    // Given up, it is still there; confirmed, it has done its service.
    await admin.getByRole('button', { name: 'Отменить', exact: true }).click();
    await selected(admin, 8);
    await button(admin, 'Отозвать (2)').click();
    await admin.getByRole('button', { name: 'Отозвать сертификаты (2)' }).click();
    await expect(admin.getByRole('table', { name: 'Сертификат отозван (2)' })).toBeVisible();
    await admin.goto('/tasks');
    await expect(bar(admin)).toBeHidden();
    await expect(states(admin)).toContainText('Отозван 3');
});

test('what is refused at the confirmation keeps the selection', async ({ admin }) => {
    await admin.goto('/tasks?state=created');
    await boxes(admin).first().check();
    await button(admin, 'Отклонить (1)').click();
    await admin.getByLabel('Причина отказа').fill('   ');
    await admin.getByRole('button', { name: 'Отклонить' }).click();
    await expect(admin.getByLabel('Причина отказа')).toHaveAccessibleDescription(/^Заполните это поле/);
    await admin.goto('/tasks');
    await selected(admin, 1);
});

test('an answer that does not come is said, and nothing is lost', async ({ admin }) => {
    await boxes(admin).first().check();
    await admin.route('**/api/found_tasks', route => route.abort());
    await button(admin, 'Выбрать все 124').click();
    await expect(admin.getByRole('alert')).toBeVisible();
    await shot(admin, 'tasks-not-reached');
    await selected(admin, 1);
    await admin.unroute('**/api/found_tasks');
    await button(admin, 'Выбрать все 124').click();
    await expect(admin.getByRole('alert')).toBeHidden();
    await selected(admin, 124);
});

test('the order of the table lives in the address', async ({ admin }) => {
    const head = (name: string) => table(admin).getByRole('columnheader', { name });
    const first = () => rows(admin).first().getByRole('cell').nth(1);
    await head('Пользователь').getByRole('link').click();
    await expect(head('Пользователь')).toHaveAttribute('aria-sort', 'ascending');
    await expect(first()).toHaveText(/^А/);
    await head('Пользователь').getByRole('link').click();
    await expect(admin).toHaveURL('/tasks?sort=name&dir=desc');
    await expect(first()).toHaveText(/^[Щ-Я]/);
    await admin.goBack();
    await expect(first()).toHaveText(/^А/);
    const product = () => rows(admin).first().getByRole('cell').nth(3);
    await head('Продукт').getByRole('link').click();
    await expect(product()).toHaveText('ПЭП');
    await head('Продукт').getByRole('link').click();
    await expect(product()).toHaveText('УНЭП Госключ');
    await head('Сертификат до').getByRole('link').click();
    const until = await rows(admin).getByRole('cell').nth(6).textContent();
    expect(until).toMatch(/^\d\d\.\d\d\.\d{4}/);
    // Searching and choosing a state keep it.
    await states(admin).getByRole('link', { name: 'Истекает' }).click();
    await expect(admin).toHaveURL('/tasks?state=expiring&sort=until');
    await admin.getByRole('button', { name: 'Показать', exact: true }).click();
    await expect(admin).toHaveURL(/sort=until/);
});

test('a step of one task leaves the selection alone', async ({ admin }) => {
    await boxes(admin).nth(3).check();
    await boxes(admin).nth(4).check();
    await rows(admin).first().getByRole('link').click();
    await admin.getByRole('button', { name: /^Отменить задачу/ }).click();
    await admin.getByRole('button', { name: 'Отменить задачу' }).click();
    await expect(admin.getByRole('status')).toContainText('Готово');
    await admin.goto('/tasks');
    await selected(admin, 2);
});

test('whoever gives up comes back to the page where it began', async ({ admin }) => {
    await admin.goto('/tasks?state=created&sort=name&dir=desc');
    await boxes(admin).first().check();
    await button(admin, 'Пригласить (1)').click();
    await expect(admin.getByText('Почта не настроена')).toBeVisible();
    await admin.getByRole('button', { name: 'Отменить', exact: true }).click();
    await expect(admin).toHaveURL('/tasks?state=created&sort=name&dir=desc');
    await selected(admin, 1);
});

test('the keyboard stays where it was', async ({ admin }) => {
    await boxes(admin).first().check();
    await button(admin, 'Выбрать все 124').press('Enter');
    await expect(button(admin, 'Только выбранные')).toBeFocused();
    await button(admin, 'Только выбранные').press('Enter');
    await expect(button(admin, 'Показать все')).toBeFocused();
    await table(admin).getByRole('link', { name: 'Состояние' }).press('Enter');
    await expect(table(admin).getByRole('columnheader', { name: 'Состояние' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(table(admin).getByRole('link', { name: 'Состояние' })).toBeFocused();
    await button(admin, 'Снять выбор').press('Enter');
    await expect(bar(admin)).toBeHidden();
    await expect(boxes(admin)).toHaveCount(50);
});

test('the bar holds all deeds in sight', async ({ admin }) => {
    await admin.setViewportSize({ width: 1280, height: 800 });
    await boxes(admin).first().check();
    await button(admin, 'Выбрать все 124').click();
    await selected(admin, 124);
    for (const deed of await bar(admin).locator('.deeds-acts').getByRole('button').filter({ visible: true }).all())
        await expect(deed).toBeInViewport({ ratio: 1 });
    await shot(admin, 'tasks-bar-1280');
});
