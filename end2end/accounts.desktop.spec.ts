// «Администрирование»: who works at the desk, and how they get in.
import type { Browser, Page } from '@playwright/test';
import { EMAIL, PASSWORD, type Desk, expect, shot, signIn, test } from './server';

const PHRASE = 'korova na lugu zelenom';

async function guest(browser: Browser, desk: Desk) {
    return await (await browser.newContext({ locale: 'ru-RU', baseURL: desk.url })).newPage();
}

/** What a letter says that has not gone. */
async function letter(page: Page, subject: string) {
    await page.goto('/letters');
    await page.getByRole('link', { name: subject }).first().click();
    return await page.locator('pre.mail').innerText();
}

const tabs = (page: Page) => page.getByRole('navigation', { name: 'Администрирование' });

test('somebody is invited by letter and SMS, joins, and works', async ({ admin, browser, desk }) => {
    await admin.goto('/users');
    await admin.getByRole('navigation', { name: 'Разделы' }).getByRole('link', { name: 'Администрирование' }).click();
    await expect(tabs(admin).getByRole('link')).toHaveText(['Пользователи', 'Уровни доступа', 'Сеансы', 'Согласования', 'Партнёры', 'О сервисе', 'Журнал']);
    await admin.getByRole('link', { name: 'Добавить пользователя' }).click();
    await admin.getByLabel('ФИО').fill('Вера Новая');
    await admin.getByLabel('E-mail').fill('vera@romashka.example');
    await admin.getByLabel('Уровень доступа').selectOption('Бухгалтер');
    await admin.getByRole('button', { name: 'Отправить приглашение' }).click();
    await expect(admin.getByLabel('Мобильный телефон')).toBeFocused();
    await expect(admin.getByLabel('ФИО')).toHaveValue('Вера Новая');
    await admin.getByLabel('Мобильный телефон').fill('8 916 123-45-67');
    await admin.getByRole('button', { name: 'Отправить приглашение' }).click();
    await expect(admin.getByRole('status')).toHaveText('Приглашение отправлено.');
    await expect(admin.getByRole('row', { name: /Вера Новая/ })).toContainText('Бухгалтер');
    await shot(admin, 'accounts');

    const link = (await letter(admin, 'Приглашение в кабинет')).match(/http\S+\/join\/\w+/)![0];
    const code = (await letter(admin, 'SMS с кодом приглашения')).match(/\d{6}/)![0];
    const vera = await guest(browser, desk);
    await vera.goto(new URL(link).pathname);
    await expect(vera.getByText('заканчивается на 4567')).toBeVisible();
    await shot(vera, 'join');
    await vera.getByLabel('Код из SMS').fill(code);
    await vera.getByLabel('Новый пароль (').fill('short');
    await vera.getByLabel('Новый пароль ещё раз').fill('short');
    await vera.getByRole('button', { name: 'Продолжить' }).click();
    await expect(vera.getByLabel('Новый пароль (')).toHaveAccessibleDescription(/Не короче 15 символов/);
    await vera.getByLabel('Код из SMS').fill(code);
    await vera.getByLabel('Новый пароль (').fill(PHRASE);
    await vera.getByLabel('Новый пароль ещё раз').fill(PHRASE);
    await vera.getByRole('button', { name: 'Продолжить' }).click();
    await expect(vera).toHaveURL('/licenses');
    await expect(vera.getByRole('navigation', { name: 'Разделы' }).getByRole('link')).toHaveText(['Лицензии', 'Заказы', 'Заявления']);

    // Her session is seen, and ended.
    await admin.goto('/admin/sessions');
    const hers = admin.getByRole('row', { name: /Вера Новая/ });
    await expect(hers).toContainText(/Chrom/);
    await shot(admin, 'account-sessions');
    await hers.getByRole('button', { name: /^Завершить/ }).click();
    await expect(admin.getByRole('status')).toHaveText('Завершено сеансов: 1.');
    await vera.goto('/licenses');
    await expect(vera).toHaveURL(/\/sign-in/);
    await admin.getByRole('link', { name: 'История подключений' }).click();
    await expect(admin.getByRole('row', { name: /Сеанс завершён/ })).toBeVisible();

    // She is deleted with a code.
    await admin.goto('/admin');
    await admin.getByRole('link', { name: 'Вера Новая' }).click();
    await admin.getByRole('link', { name: 'Удалить' }).click();
    await admin.getByRole('button', { name: 'Отправить код' }).click();
    await admin.getByLabel('Код').fill('000000');
    await admin.getByRole('button', { name: 'Удалить' }).click();
    await expect(admin.getByLabel('Код')).toHaveAccessibleDescription(/Код не подходит/);
    await shot(admin, 'account-delete');
    const here = admin.url();
    const deletion = (await letter(admin, 'Код для удаления')).match(/\d{6}/)![0];
    await admin.goto(here);
    await admin.getByLabel('Код').fill(deletion);
    await admin.getByRole('button', { name: 'Удалить' }).click();
    await expect(admin.getByRole('status')).toHaveText('Учётная запись удалена.');
    await expect(admin.getByRole('row', { name: /Вера Новая/ })).toHaveCount(0);
    await signIn(vera, PHRASE, 'vera@romashka.example');
    await expect(vera.getByRole('alert')).toContainText('Неверный e-mail или пароль');
    await vera.context().close();
});

test('a level of one\u2019s own is made, seen in the matrix, and changed', async ({ admin }) => {
    await admin.goto('/admin/levels');
    const matrix = admin.getByRole('table', { name: 'Что может каждый уровень' });
    await expect(matrix.getByRole('columnheader')).toHaveText(['Возможность', 'Пользователь', 'Бухгалтер', 'Администратор', 'Техподдержка', 'Владелец']);
    await admin.getByRole('link', { name: 'Добавить уровень' }).click();
    await admin.getByLabel('Название').fill('Табельщик');
    await admin.getByRole('checkbox', { name: 'Выдавать лицензии' }).check();
    await shot(admin, 'level');
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    await expect(admin.getByRole('status')).toHaveText('Сохранено.');
    const issue = matrix.getByRole('row', { name: /Выдавать лицензии/ });
    await expect(issue.getByRole('cell').last()).toContainText('да');
    await expect(matrix.getByRole('row', { name: /Смотреть пользователей/ }).getByRole('cell').last()).toContainText('да');
    await expect(matrix.getByRole('row', { name: /Заказы, счета/ }).getByRole('cell').last()).toContainText('нет');
    await shot(admin, 'levels');
    await admin.getByRole('link', { name: 'Табельщик' }).click();
    await admin.getByRole('button', { name: 'Удалить уровень' }).click();
    await expect(admin.getByRole('status')).toHaveText('Уровень удалён.');
});

test('whoever has a level for a group sees its people alone', async ({ admin, browser, desk }) => {
    await admin.goto('/users');
    const everybody = Number(await admin.getByRole('tab', { name: /^Все/ }).innerText().then((text) => text.replace(/\D/g, '')));
    await admin.goto('/admin/levels/new');
    await admin.getByLabel('Название').fill('Филиал');
    await admin.getByRole('checkbox', { name: 'Выдавать лицензии' }).check();
    await admin.getByRole('radio', { name: 'Только пользователей групп' }).check();
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    const groups = admin.getByRole('group', { name: 'Только пользователей групп' });
    await expect(admin.getByText('Заполните это поле')).toBeVisible();
    await expect(admin.getByLabel('Название')).toHaveValue('Филиал');
    await expect(admin.getByRole('radio', { name: 'Только пользователей групп' })).toBeChecked();
    const group = await groups.getByRole('checkbox').first();
    const name = (await groups.locator('label').first().innerText()).trim();
    await group.check();
    await shot(admin, 'level-groups');
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    const whom = admin.getByRole('row', { name: /Кого касается/ });
    await expect(whom.getByRole('cell').last()).toContainText(name);
    await expect(whom.getByRole('cell').first()).toContainText('все');
    await admin.goto('/admin');
    await admin.getByRole('row', { name: /user@romashka\.example/ }).getByRole('link').first().click();
    await admin.getByLabel('Уровень доступа').selectOption('Филиал');
    await admin.getByRole('button', { name: 'Сохранить' }).click();

    const user = await guest(browser, desk);
    await signIn(user, PASSWORD, 'user@romashka.example');
    await user.goto('/users');
    const tab = user.getByRole('tab', { name: /^Все/ });
    await expect(user.getByRole('tab', { name: new RegExp(`^${name}`) })).toBeVisible();
    const seen = Number((await tab.innerText()).replace(/\D/g, ''));
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(everybody);
    await expect(user.getByRole('tab')).toHaveCount(8);
    await shot(user, 'level-groups-users');
    await user.context().close();
});

test('a forgotten password is set anew by a link', async ({ admin, browser, desk }) => {
    const user = await guest(browser, desk);
    await user.goto('/sign-in');
    await user.getByRole('link', { name: 'Забыли пароль?' }).click();
    await user.getByLabel('E-mail').fill('user@romashka.example');
    await shot(user, 'recovery');
    await user.getByRole('button', { name: 'Выслать ссылку' }).click();
    await expect(user.getByRole('heading', { level: 1 })).toHaveText('Если такой адрес есть, письмо уже в пути');
    let link = '';
    await expect(async () => {
        link = (await letter(admin, 'Восстановление пароля')).match(/\/recovery\/\w+/)![0];
    }).toPass();
    await user.goto(link);
    await user.getByLabel('Новый пароль (').fill(PHRASE);
    await user.getByLabel('Новый пароль ещё раз').fill(PHRASE + '!');
    await user.getByRole('button', { name: 'Задать пароль' }).click();
    await expect(user.getByLabel('Новый пароль ещё раз')).toHaveAccessibleDescription(/Пароли не совпадают/);
    await user.getByLabel('Новый пароль (').fill(PHRASE);
    await user.getByLabel('Новый пароль ещё раз').fill(PHRASE);
    await user.getByRole('button', { name: 'Задать пароль' }).click();
    await expect(user.getByRole('status')).toHaveText('Пароль изменён. Войдите с новым.');
    await signIn(user, PHRASE, 'user@romashka.example');
    await expect(user).toHaveURL('/users');
    await user.goto(link);
    await expect(user.getByRole('heading', { level: 1 })).toHaveText('Ссылка уже использована');
    await user.context().close();
});

test('wrong passwords close the sign-in for ten minutes, in words', async ({ browser, desk }) => {
    const user = await guest(browser, desk);
    for (let tries = 0; tries < 4; tries++) {
        await signIn(user, 'wrong', 'user@romashka.example');
        await expect(user.getByRole('alert')).toContainText('Неверный e-mail или пароль');
    }
    await expect(user.getByText('скопируйте его без пробелов')).toBeVisible();
    await shot(user, 'sign-in-wrong');
    await signIn(user, 'wrong', 'user@romashka.example');
    await expect(user.getByRole('alert')).toHaveText('Слишком много неверных паролей: вход закрыт. Повторите через 10 мин.');
    await signIn(user, PASSWORD, 'user@romashka.example');
    await expect(user.getByRole('alert')).toContainText('вход закрыт');
    await shot(user, 'sign-in-blocked');
    await user.context().close();
});

test('one\u2019s own password is changed, and one\u2019s other sessions end', async ({ admin, browser, desk }) => {
    const other = await guest(browser, desk);
    await signIn(other);
    await expect(other).toHaveURL('/users');
    await admin.goto('/users');
    await admin.getByRole('button', { name: EMAIL }).click();
    await admin.getByRole('link', { name: 'Учётная запись и пароль' }).click();
    await expect(admin.getByRole('table', { name: 'Сеансы' }).locator('tbody').getByRole('row')).toHaveCount(2);
    await admin.getByLabel('Текущий пароль').fill(PASSWORD);
    await admin.getByLabel('Новый пароль (').fill(PHRASE);
    await admin.getByLabel('Новый пароль ещё раз').fill(PHRASE);
    await shot(admin, 'account');
    await admin.getByRole('button', { name: 'Сменить пароль' }).click();
    await expect(admin.getByRole('status')).toHaveText('Пароль изменён, остальные сеансы завершены.');
    await other.goto('/users');
    await expect(other).toHaveURL(/\/sign-in/);
    await other.context().close();
});
