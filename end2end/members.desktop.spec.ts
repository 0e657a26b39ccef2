import { DISMISSED, FREE, HOLDERS } from './people';
import { again, expect, shot, test } from './server';

test.describe('adding', () => {
    test.beforeEach(async ({ people }) => {
        await people.page.getByRole('link', { name: 'Добавить пользователя' }).click();
        await expect(people.page.getByRole('dialog', { name: 'Новый пользователь' })).toBeVisible();
    });

    test('errors stand beside the fields, and the first has the focus', async ({ people }) => {
        const { dialog } = people;
        await dialog.getByLabel('E-mail').fill('not an address');
        await dialog.getByRole('button', { name: 'Добавить пользователя' }).click();
        await expect(dialog.getByLabel('Фамилия')).toBeFocused();
        await expect(dialog.getByLabel('Фамилия')).toHaveAccessibleDescription('Заполните это поле');
        await expect(dialog.getByLabel('Имя', { exact: true })).toHaveAccessibleDescription('Заполните это поле');
        await expect(dialog.getByLabel('E-mail')).toHaveAccessibleDescription('Это не адрес e-mail. Пример: voron@romashka.ru');
        await expect(dialog.getByLabel('E-mail')).toHaveValue('not an address');
        await expect(dialog.getByLabel('Отчество')).not.toHaveAttribute('aria-invalid');
        await shot(people.page, 'add-errors');
    });

    test('an e-mail that is somebody else\'s is refused beside its field', async ({ people }) => {
        const { dialog } = people;
        await dialog.getByLabel('Фамилия').fill('Воронова');
        await dialog.getByLabel('Имя', { exact: true }).fill('Мария');
        await dialog.getByLabel('E-mail').fill('Voron@romashka.example');
        await dialog.getByRole('button', { name: 'Добавить пользователя' }).click();
        await expect(dialog.getByLabel('E-mail')).toBeFocused();
        await expect(dialog.getByLabel('E-mail')).toHaveAccessibleDescription('Такой адрес уже есть у другого пользователя');
        await expect(dialog.getByLabel('Фамилия')).toHaveValue('Воронова');
    });

    test('a person is added to tabs and table', async ({ people }) => {
        const { dialog, page } = people;
        await dialog.getByLabel('Фамилия').fill('Абакумова');
        await dialog.getByLabel('Имя', { exact: true }).fill('Анна');
        await dialog.getByLabel('Отчество').fill('Ивановна');
        await dialog.getByLabel('E-mail').fill('abakumova@romashka.example');
        await dialog.getByLabel('Тип занятости').selectOption('Физлицо');
        await dialog.getByRole('checkbox', { name: 'Шестая' }).check();
        await page.keyboard.press('Enter');
        await expect(people.message).toContainText('Пользователь добавлен: Абакумова Анна');
        await expect(dialog).toBeHidden();
        await expect(people.tab('Все пользователи')).toHaveText('Все пользователи 318');
        await expect(people.tab('Физлица')).toHaveText('Физлица 27');
        await expect(people.tab('Шестая')).toHaveText('Шестая 6');
        await expect(people.names.first()).toHaveText('Абакумова А. И.');
        await expect(people.row('Абакумова А. И.').getByRole('cell')).toHaveText([
            '', 'Абакумова А. И.', 'Физлицо', 'Нет лицензии', '', '', 'abakumova@romashka.example', 'Шестая',
        ]);
    });

    test('Escape closes it and returns the focus', async ({ people }) => {
        await expect(people.dialog.getByLabel('Фамилия')).toBeFocused();
        await people.page.keyboard.press('Escape');
        await expect(people.dialog).toBeHidden();
        await expect(people.page.getByRole('link', { name: 'Добавить пользователя' })).toBeFocused();
    });
});

test.describe('deleting', () => {
    test('is confirmed, and the person disappears', async ({ people }) => {
        await people.pick(DISMISSED[0], FREE[0]);
        await people.button('Удалить пользователя (2)').click();
        const dialog = people.page.getByRole('dialog', { name: 'Удалить 2 пользователей?' });
        await expect(dialog).toContainText('Ворон М. А., Герасимова А. К.');
        await expect(dialog).toContainText('Они исчезнут из списков, вернуть их нельзя. Отчёты об операциях сохранятся.');
        await shot(people.page, 'delete');
        await dialog.getByRole('button', { name: 'Удалить пользователя (2)' }).click();
        await expect(people.message).toContainText('Пользователи удалены: 2');
        await expect(people.tab('Все пользователи')).toHaveText('Все пользователи 315');
        await expect(people.tab('Уволенные')).toHaveText('Уволенные 30');
        await expect(people.bar).toBeHidden();
        await people.find('герас', 'Герасимова');
        await expect(people.names).toHaveText(['Герасимова К. И.']);
    });

    test('is not done when it is not confirmed', async ({ people }) => {
        await people.pick(DISMISSED[0]);
        await people.button('Удалить пользователя (1)').click();
        await expect(people.page.getByRole('dialog', { name: 'Удалить 1 пользователя?' })).toBeVisible();
        await people.dialog.getByRole('button', { name: 'Отменить' }).click();
        await expect(people.dialog).toBeHidden();
        await expect(people.button('Удалить пользователя (1)')).toBeFocused();
        await expect(people.tab('Все пользователи')).toHaveText('Все пользователи 317');
    });

    test('is refused while there is a licence, in words', async ({ people }) => {
        await people.pick(...HOLDERS, DISMISSED[0]);
        await people.button('Удалить пользователя (3)').click();
        await expect(people.problem).toHaveText('У выбранных есть лицензии (2: Голованов В. Д., Дмитриева В. Д.). Сначала отзовите их, потом удалите.');
        await expect(people.dialog.getByRole('button', { name: 'Удалить пользователя (3)' })).toBeDisabled();
    });

    test('of a hundred or more asks for the number', async ({ people }) => {
        await again(people);
        await people.page.getByRole('combobox', { name: 'Лицензия' }).selectOption('Нет лицензии');
        await expect(people.range('1–50 из 193')).toBeVisible();
        await people.pageBox.click();
        await people.button('Выбрать все 193 по фильтру').click();
        await people.button('Удалить пользователя (193)').click();
        const press = people.dialog.getByRole('button', { name: 'Удалить пользователя (193)' });
        await expect(press).toBeDisabled();
        await people.dialog.getByRole('textbox', { name: 'Чтобы подтвердить, введите число: 193' }).fill('193');
        await press.click();
        await expect(people.message).toContainText('Пользователи удалены: 193');
        await expect(people.page.getByRole('heading', { name: 'Никого не нашли' })).toBeVisible();
        await expect(people.tab('Все пользователи')).toHaveText('Все пользователи 124');
    });
});
