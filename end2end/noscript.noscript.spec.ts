// Everything that matters works by links and forms alone.
import type { Page } from '@playwright/test';
import { DISMISSED, FREE, HOLDERS, ONE_MORE, People, SHORTAGE } from './people';
import { expect, keys, shot, signIn, test } from './server';

async function tick(page: Page, query: string, ...names: readonly string[]) {
    await page.goto(`/users${query}`);
    const people = new People(page);
    for (const name of names) await people.box(name).check();
    return people;
}

async function issue(page: Page, code: string, ...names: readonly string[]) {
    const people = await tick(page, '?tab=candidate', ...names);
    await people.bar.getByRole('button', { name: 'Выдать лицензию' }).click();
    await expect(page).toHaveURL(/\/operations\/\d+$/);
    await page.getByRole('radio', { name: code }).check();
    await page.getByRole('button', { name: 'Отправить' }).click();
}

const outcome = (page: Page, name: string) => page.getByRole('table', { name }).locator('tbody').getByRole('row');

test('signing in, with a mistake first', async ({ page }) => {
    await signIn(page, 'wrong');
    await expect(page.getByRole('alert')).toContainText('Неверный e-mail или пароль');
    await signIn(page);
    await expect(page).toHaveURL('/users');
    await shot(page, 'users');
    await page.getByRole('button', { name: 'admin@romashka.example' }).click();
    await page.getByRole('button', { name: 'Выйти' }).click();
    await expect(page).toHaveURL(/\/sign-in/);
});

test('search and filter are a form that keeps the tab', async ({ admin }) => {
    const people = new People(admin);
    await admin.goto('/users?tab=candidate&size=25');
    await people.search.fill('герас');
    await admin.getByRole('search').getByRole('button', { name: 'Показать' }).click();
    await expect(people.names).toHaveText(['Герасимова А. К.', 'Герасимова К. И.']);
    await expect(people.search).toHaveValue('герас');
    await expect(people.tab('Кандидаты')).toHaveAttribute('aria-selected', 'true');
    await expect(admin).toHaveURL(/tab=candidate/);
    await expect(admin).toHaveURL(/size=25/);
    await people.search.fill('');
    await admin.getByRole('combobox', { name: 'Лицензия' }).selectOption('Нет лицензии');
    await admin.getByRole('search').getByRole('button', { name: 'Показать' }).click();
    await expect(people.rows.filter({ hasNotText: 'Нет лицензии' })).toHaveCount(0);
    await expect(people.rows).toHaveCount(25);
});

test('columns sort, tabs and pages lead on', async ({ admin }) => {
    const people = new People(admin);
    await admin.goto('/users');
    await people.head('E-mail').getByRole('link').click();
    await expect(people.head('E-mail')).toHaveAttribute('aria-sort', 'ascending');
    const ascending = await people.texts('E-mail');
    expect(ascending).toEqual([...ascending].sort());
    await people.head('E-mail').getByRole('link').click();
    await expect(people.head('E-mail')).toHaveAttribute('aria-sort', 'descending');
    await people.pager('Далее').click();
    await expect(people.range('51–100 из 317')).toBeVisible();
    await expect(people.head('E-mail')).toHaveAttribute('aria-sort', 'descending');
    await people.pager('Последний').click();
    await expect(people.rows).toHaveCount(17);
    await people.tab('ИП').click();
    await expect(people.rows).toHaveCount(12);
    await expect(people.head('E-mail')).toHaveAttribute('aria-sort', 'descending');
});

test('the page size is a form that keeps the rest', async ({ admin }) => {
    const people = new People(admin);
    await admin.goto('/users?sort=email');
    const pager = admin.locator('.pager');
    await pager.getByRole('combobox', { name: 'Строк на странице' }).selectOption('100');
    await pager.getByRole('button', { name: 'Показать' }).click();
    await expect(people.rows).toHaveCount(100);
    await expect(people.head('E-mail')).toHaveAttribute('aria-sort', 'ascending');
});

test('nothing is offered that needs scripts', async ({ admin }) => {
    const people = await tick(admin, '', 'Абрамова А. В.');
    await expect(people.bar.getByText('С выбранными:')).toBeVisible();
    await expect(people.bar.getByRole('button')).toHaveText(['Снять выбор', 'Выдать лицензию', 'Отозвать лицензию', 'Управление лицензиями', 'Удалить пользователя']);
    await expect(people.pageBox).toBeHidden();
    await shot(admin, 'selected');
    await people.bar.getByRole('button', { name: 'Снять выбор' }).click();
    await expect(people.box('Абрамова А. В.')).not.toBeChecked();
    await expect(people.bar).toBeHidden();
});

test('a licence is issued by way of its page, and taken back', async ({ admin }) => {
    const people = await tick(admin, '?tab=candidate', FREE[0], FREE[1], HOLDERS[0]);
    await people.bar.getByRole('button', { name: 'Выдать лицензию' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Задача на получение сертификата электронной подписи');
    await expect(admin.getByText('2 человека: Герасимова А. К., Герасимова К. И.')).toBeVisible();
    await expect(admin.getByText('Не получат: 1')).toBeVisible();
    await expect(admin.getByRole('radio')).toHaveCount(7);
    await shot(admin, 'confirm-issue');
    await admin.getByRole('radio', { name: 'ПЭП, остаток: 100, код: hR7_kQ2z останется 98' }).check();
    await admin.getByRole('button', { name: 'Отправить' }).click();

    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Выдача лицензий: ПЭП');
    await expect(outcome(admin, 'Отклонены (1)')).toContainText('Голованов В. Д.Уже есть лицензия');
    await expect(outcome(admin, 'Получили лицензию (2)')).toHaveCount(2);
    await shot(admin, 'report');

    await admin.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Возврат выдачи: ПЭП');
    await expect(outcome(admin, 'Лицензия отозвана (2)')).toHaveCount(2);
    await admin.goto('/users');
    await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
});

test('shortage is refused by the server, in words', async ({ admin }) => {
    await issue(admin, 'WE12Qmxx', ...FREE);
    await expect(admin.getByRole('alert')).toContainText(SHORTAGE);
    await admin.goto('/users');
    await expect(new People(admin).stock.getByText('УКЭП 1')).toBeVisible();
});

test('a licence is revoked', async ({ admin }) => {
    const people = await tick(admin, '?tab=candidate', ...HOLDERS);
    await people.bar.getByRole('button', { name: 'Отозвать лицензию' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Подтвердите отзыв лицензий');
    await expect(admin.getByText('После отзыва лицензий Вы больше не сможете обмениваться документами')).toBeVisible();
    await expect(admin.getByText('2 лицензии вернутся на остаток: ЛК — 1, ЛК с УНЭП — 1.')).toBeVisible();
    await shot(admin, 'confirm-revoke');
    await admin.getByRole('button', { name: 'Отозвать лицензию' }).click();
    await expect(outcome(admin, 'Лицензия отозвана (2)')).toHaveCount(2);
});

test('a hundred are revoked by typing the number', async ({ admin }) => {
    await admin.context().clearCookies();
    await signIn(admin);
    await admin.goto('/users?licence=any&size=100');
    const people = new People(admin);
    for (const box of await people.rows.getByRole('checkbox').all()) await box.check();
    await people.bar.getByRole('button', { name: 'Отозвать лицензию' }).click();
    const field = admin.getByRole('textbox', { name: 'Чтобы подтвердить, введите число: 100' });
    await field.fill('99');
    await admin.getByRole('button', { name: 'Отозвать лицензию' }).click();
    await expect(admin.getByRole('alert')).toHaveText('Чтобы подтвердить, введите число: 100.');
    await shot(admin, 'confirm-revoke-large');
    await field.fill('100');
    await admin.getByRole('button', { name: 'Отозвать лицензию' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Отзыв лицензий');
});

test('a deed is given up', async ({ admin }) => {
    const people = await tick(admin, '?tab=candidate', ONE_MORE);
    await people.bar.getByRole('button', { name: 'Выдать лицензию' }).click();
    await expect(admin).toHaveURL(/\/operations\/\d+$/);
    const operation = admin.url();
    await admin.getByRole('button', { name: 'Отменить' }).click();
    await expect(admin).toHaveURL('/users');
    await admin.goto(operation);
    await expect(admin.getByText('Отменена', { exact: true })).toBeVisible();
    await expect(admin.getByText('Получили лицензию')).toHaveCount(0);
    await expect(admin.getByRole('button', { name: 'Отправить' })).toHaveCount(0);
});

test('a person is deleted after a confirmation', async ({ admin }) => {
    const people = await tick(admin, '?tab=dismissed', ...DISMISSED);
    await people.bar.getByRole('button', { name: 'Удалить пользователя' }).click();
    await expect(admin.getByRole('heading', { name: 'Удалить 2 пользователей?' })).toBeVisible();
    await expect(admin.getByText('2 человека: Ворон М. А., Воронцова Т. В.')).toBeVisible();
    await shot(admin, 'confirm-delete');
    await admin.getByRole('button', { name: 'Удалить пользователя (2)' }).click();
    await expect(admin).toHaveURL('/users');
    await expect(people.tab('Все пользователи')).toHaveText('Все пользователи 315');
});

test('who holds a licence is not deleted', async ({ admin }) => {
    const people = await tick(admin, '?tab=candidate', HOLDERS[0]);
    await people.bar.getByRole('button', { name: 'Удалить пользователя' }).click();
    await expect(admin.getByRole('alert')).toHaveText('У выбранных есть лицензии (1: Голованов В. Д.). Сначала отзовите их, потом удалите.');
    await expect(admin.getByRole('button', { name: 'Удалить пользователя (1)' })).toBeDisabled();
    await admin.goto('/users');
    await expect(people.tab('Все пользователи')).toHaveText('Все пользователи 317');
});

test('a person is added, with a mistake first', async ({ admin }) => {
    await admin.goto('/users');
    await admin.getByRole('link', { name: 'Добавить пользователя' }).click();
    await expect(admin).toHaveURL('/users/new');
    const fill = async (email: string) => {
        await admin.getByLabel('Фамилия').fill('Абакумова');
        await admin.getByLabel('Имя', { exact: true }).fill('Анна');
        await admin.getByLabel('E-mail').fill(email);
        await admin.getByRole('checkbox', { name: 'Шестая' }).check();
        await admin.getByRole('button', { name: 'Добавить пользователя' }).click();
    };
    await fill('voron@romashka.example');
    await expect(admin.getByLabel('E-mail')).toHaveAccessibleDescription('Такой адрес уже есть у другого пользователя');
    await expect(admin.getByRole('alert')).toHaveText('Исправьте отмеченные поля.');
    await shot(admin, 'add-error');
    await fill('abakumova@romashka.example');
    await expect(admin).toHaveURL('/users');
    const people = new People(admin);
    await expect(people.names.first()).toHaveText('Абакумова А.');
    await expect(people.tab('Шестая')).toHaveText('Шестая 6');
});

test('language and theme are forms', async ({ admin }) => {
    await admin.goto('/users');
    await admin.getByRole('button', { name: 'admin@romashka.example' }).click();
    await admin.getByRole('group', { name: 'Тема' }).getByRole('button', { name: 'Тёмная' }).click();
    await expect(admin.locator('html')).toHaveAttribute('data-theme', 'dark');
    await admin.getByRole('button', { name: 'admin@romashka.example' }).click();
    await admin.getByRole('button', { name: 'English' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Users');
});

test('a seat is bound to a person by e-mail', async ({ admin }) => {
    await admin.goto('/licenses');
    await admin.getByRole('row').filter({ hasText: 'WE12Qmxx' }).getByRole('link').click();
    await admin.getByRole('textbox', { name: /^E-mail для места/ }).fill('guseva@mail.example');
    await admin.getByRole('button', { name: 'Привязать' }).click();
    await expect(admin.getByRole('status')).toContainText('Лицензия привязана: Гусева Т. А.');
});

test('a product is registered in two steps', async ({ admin, desk }) => {
    test.skip(!desk.database, 'needs the database of its own server');
    await keys(desk);
    await admin.goto('/licenses/register');
    await admin.getByLabel('Регистрационный номер').fill('AB12-3456');
    await admin.getByLabel('PIN-код').fill('98765432');
    await admin.getByRole('button', { name: 'Продолжить' }).click();
    await admin.getByLabel('Номер телефона').fill('+7 495 123-45-67');
    await admin.getByRole('button', { name: 'Зарегистрировать программный продукт' }).click();
    await expect(admin.getByLabel('ИНН')).toHaveAccessibleDescription('Заполните это поле');
    await expect(admin.getByLabel('ИНН')).toBeFocused();
    await expect(admin.getByLabel('Номер телефона')).toHaveValue('+7 495 123-45-67');
    await admin.getByLabel('ИНН').fill('7707083893');
    await admin.getByLabel('Адрес электронной почты').fill('info@romashka.example');
    await admin.getByLabel('Ответственный сотрудник').fill('Иванова А. П.');
    await admin.getByRole('button', { name: 'Зарегистрировать программный продукт' }).click();
    await expect(admin.getByRole('region', { name: 'Регистрация' })).toContainText('AB123456');
});

test('people are invited, and one confirms the data', async ({ admin }) => {
    await admin.goto('/tasks');
    await admin.getByRole('searchbox', { name: 'Имя или e-mail' }).fill('гаврилова');
    await admin.getByRole('button', { name: 'Показать' }).click();
    await admin.getByRole('checkbox', { name: 'Гаврилова А. С.' }).check();
    await admin.getByRole('group', { name: 'Действия с задачами' }).getByRole('button', { name: 'Пригласить' }).click();
    await admin.getByRole('button', { name: 'Пригласить' }).click();
    await admin.goto(await admin.getByLabel('Ссылка для приглашения').inputValue());
    await admin.getByRole('button', { name: 'Подтвердить данные' }).click();
    await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Данные подтверждены');
});

test('passkeys need scripts, and say so', async ({ page }) => {
    await signIn(page);
    await page.goto('/account/passkeys/new');
    await expect(page.getByText('Ключам доступа нужны включённые скрипты (JavaScript).')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Создать ключ' })).toBeDisabled();
    await page.context().clearCookies();
    await page.goto('/sign-in');
    await expect(page.getByRole('button')).toHaveText(['Войти', 'English']);
});

test('several products are set and cleared by boxes and a button that looks', async ({ admin }) => {
    const people = await tick(admin, '?tab=candidate', FREE[0], FREE[1]);
    await people.bar.getByRole('button', { name: 'Управление лицензиями' }).click();
    const products = admin.getByRole('table', { name: 'Назначение и отзыв лицензий' });
    const box = (name: string) => products.getByRole('checkbox', { name, exact: true });
    const look = admin.getByRole('button', { name: 'Проверить' });
    await expect(admin.getByRole('button', { name: 'Сохранить' })).toBeDisabled();
    await box('Видеосвязь').check();
    await look.click();
    await expect(products).toContainText('Сначала нужен продукт «Почта», без него останутся: 2. Отметьте и «Почта».');
    await box('Почта').check();
    await look.click();
    await shot(admin, 'manage');
    await admin.getByRole('button', { name: 'Сохранить (2)' }).click();
    await expect(admin.getByRole('heading', { name: 'Лицензии обновлены' })).toBeVisible();
    await expect(outcome(admin, 'Успешно (2)')).toHaveCount(2);
    // Of two one is taken out; then of what only the other has, it is revoked from all who have it.
    await tick(admin, '?tab=candidate', FREE[0], ONE_MORE);
    await people.bar.getByRole('button', { name: 'Управление лицензиями' }).click();
    await products.getByRole('checkbox', { name: 'Отозвать у всех, у кого есть (1)' }).last().check();
    await look.click();
    await expect(products).toContainText('не будет ни у кого: лишатся 1');
    await admin.getByRole('button', { name: 'Сохранить (1)' }).click();
    await expect(outcome(admin, 'Успешно (1)')).toContainText('Видеосвязь: отозвано');
});
