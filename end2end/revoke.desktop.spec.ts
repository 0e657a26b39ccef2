import { FREE, HOLDERS, People } from './people';
import { again, expect, shot, test } from './server';

const TITLE = 'Подтвердите отзыв лицензий';
const TEXT = 'После отзыва лицензий Вы больше не сможете обмениваться документами с этими пользователями. ' +
    'При этом, все документы сохраняются и у Вас, и у пользователя.';

test('the dialog says what ends, what stays, and what returns to stock', async ({ people }) => {
    await people.pick(...HOLDERS);
    await people.button('Отозвать лицензию (2)').click();
    const dialog = people.page.getByRole('dialog', { name: TITLE });
    await expect(dialog.getByRole('heading', { name: TITLE })).toBeVisible();
    await expect(dialog.getByText(TEXT, { exact: true })).toBeVisible();
    await expect(dialog.getByText('2 человека: Голованов В. Д., Дмитриева В. Д.')).toBeVisible();
    await expect(dialog.getByText('Это можно вернуть')).toBeVisible();
    await expect(dialog.getByText('2 лицензии вернутся на остаток: ЛК — 1, ЛК с УНЭП — 1.')).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Отменить', exact: true })).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Отозвать лицензию', exact: true })).toBeEnabled();
    await shot(people.page, 'revoke');
});

test('one licence is said in the singular', async ({ people }) => {
    await people.pick(HOLDERS[0]);
    await people.openRevoke();
    await expect(people.dialog.getByText('1 лицензия вернётся на остаток: ЛК — 1.')).toBeVisible();
});

test('who holds nothing is named and stays as he is', async ({ people }) => {
    await people.pick(HOLDERS[0], FREE[0]);
    await people.button('Отозвать лицензию (1)').click();
    await expect(people.dialog.getByText('Останутся без изменений: 1')).toBeVisible();
    await expect(people.dialog.getByRole('listitem')).toHaveText('1 человек: Герасимова А. К. Нет лицензии');
});

test('seats go back to stock at once, and a message says it', async ({ people }) => {
    await people.revoke(...HOLDERS);
    await expect(people.message).toContainText('Лицензии отозваны: 2');
    await expect(people.stock.getByText('ПЭП 102')).toBeVisible();
    await expect(people.stock.getByText('УНЭП EasyDocs 52')).toBeVisible();
    await people.find('голованов', 'Голованов');
    await expect(people.cell(HOLDERS[0], 'Лицензия')).toHaveText('Нет лицензии');
    await expect(people.bar).toBeHidden();
});

test('Escape changes nothing and returns the focus', async ({ people }) => {
    await people.pick(HOLDERS[0]);
    await people.openRevoke();
    await people.page.keyboard.press('Escape');
    await expect(people.dialog).toBeHidden();
    await expect(people.button('Отозвать лицензию (1)')).toBeFocused();
    await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
});

test('«Вернуть как было» restores label and term', async ({ people }) => {
    await people.find('дмитриева', 'Дмитриева');
    const before = await people.row(HOLDERS[1]).getByRole('cell').allTextContents();
    await people.open();
    await people.revoke(HOLDERS[1]);
    await people.find('дмитриева', 'Дмитриева');
    await expect(people.cell(HOLDERS[1], 'Лицензия')).toHaveText('Нет лицензии');
    await expect(people.cell(HOLDERS[1], 'Срок действия')).toBeEmpty();
    await people.message.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(people.message).toContainText('Лицензии возвращены: 1');
    await expect(people.row(HOLDERS[1]).getByRole('cell')).toHaveText(before);
    await expect(people.cell(HOLDERS[1], 'Срок действия')).toHaveText('31.03.2027');
    await expect(people.stock.getByText('УНЭП EasyDocs 51')).toBeVisible();
});

test('an undo whose seats are gone says how many are missing, and stays at hand', async ({ people, colleague }) => {
    await people.issue('WE12Qmxx', FREE[0]);
    await people.revoke(FREE[0]);
    const other = new People(colleague);
    await other.open();
    await other.issue('WE12Qmxx', FREE[1]);
    await people.message.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(people.message).toContainText('Вернуть нельзя: нужно мест 1, а на остатке 0.');
    await expect(people.message.getByRole('link', { name: 'Отчёт' })).toBeVisible();
    await shot(people.page, 'undo-refused');
    await other.revoke(FREE[1]);
    await people.message.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(people.message).toContainText('Лицензии возвращены: 1');
});

test('of a hundred or more the number is typed', async ({ people }) => {
    await again(people);
    await people.pageBox.click();
    await people.button('Выбрать все 317').click();
    await people.button('Отозвать лицензию (124)').click();
    const press = people.dialog.getByRole('button', { name: 'Отозвать лицензию (124)' });
    await expect(people.dialog.getByText('124 лицензии вернутся на остаток: ')).toBeVisible();
    const field = people.dialog.getByRole('textbox', { name: 'Чтобы подтвердить, введите число: 124' });
    await expect(press).toBeDisabled();
    await field.fill('123');
    await expect(press).toBeDisabled();
    await field.fill('124');
    await expect(press).toBeEnabled();
    await shot(people.page, 'revoke-large');
    await press.click();
    await expect(people.message).toContainText('Лицензии отозваны: 124');
    await expect(people.rows.filter({ hasText: 'Нет лицензии' })).toHaveCount(50);
    await people.message.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(people.message).toContainText('Лицензии возвращены: 124');
    await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
});

test('below a hundred nothing is typed', async ({ people }) => {
    await people.pageBox.click();
    await people.openRevoke();
    await expect(people.dialog.getByRole('textbox')).toHaveCount(0);
    await expect(people.dialog.getByRole('button', { name: 'Отозвать лицензию', exact: true })).toBeEnabled();
});
