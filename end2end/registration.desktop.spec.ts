// Registering an organisation: the form, the letter, and the desk behind them.
import { fill, link, PASSWORD, test } from './registering';
import { expect, shot } from './server';

test.skip(!!process.env.LICENTIA_URL, 'needs servers of its own');

test('an organisation is registered, confirmed by the letter, and works', async ({ page, mailbox, url }) => {
    await page.goto(`${url}/sign-in`);
    await page.getByRole('link', { name: 'Зарегистрировать организацию' }).click();
    await expect(page.getByRole('heading', { name: 'Регистрация организации' })).toBeVisible();
    await shot(page, 'register');
    await fill(page, 'anna@lipa.example');
    await page.getByRole('button', { name: 'Зарегистрировать' }).click();
    await expect(page.getByRole('heading', { name: 'Письмо со ссылкой отправлено' })).toBeVisible();
    const there = await link(mailbox, 1);
    expect(mailbox.mails[0]?.subject).toBe('Подтвердите регистрацию');
    await page.goto(`${url}${there}`);
    await expect(page.getByText('anna@lipa.example')).toBeVisible();
    await shot(page, 'register-confirm');
    await page.getByLabel('Пароль (').fill(PASSWORD);
    await page.getByRole('button', { name: 'Подтвердить' }).click();
    await expect(page).toHaveURL(/\/connect$/);
    await expect(page.getByText('ООО «Липа»')).toBeVisible();
    await shot(page, 'register-there');
    // Once.
    await page.goto(`${url}${there}`);
    await expect(page.getByRole('heading', { name: 'Ссылка уже использована' })).toBeVisible();
});

test('what is typed wrong is said beside it, and the rest stays', async ({ page, url }) => {
    await page.goto(`${url}/register`);
    await fill(page, 'anna@lipa.example');
    await page.getByLabel('Мобильный телефон').fill('12');
    await page.getByLabel('Сколько будет').fill('777');
    await page.getByLabel('Принимаю').uncheck();
    await page.getByRole('button', { name: 'Зарегистрировать' }).click();
    await expect(page.getByText('Это не номер телефона')).toBeVisible();
    await expect(page.getByText('Ответ неверный')).toBeVisible();
    await expect(page.getByText('Без согласия с условиями')).toBeVisible();
    await expect(page.getByLabel('Мобильный телефон')).toBeFocused();
    await expect(page.getByLabel('Город')).toHaveValue('Тверь');
    await expect(page.getByLabel('Пароль ещё раз')).toHaveValue('');
    await shot(page, 'register-refused');
    const [terms] = await Promise.all([page.waitForEvent('popup'), page.getByRole('link', { name: 'условия использования' }).click()]);
    await expect(terms.getByRole('heading', { name: 'Условия использования' })).toBeVisible();
});

test('an e-mail that is known gets a letter that says so', async ({ page, mailbox, url }) => {
    await page.goto(`${url}/register`);
    await fill(page, 'admin@romashka.example');
    await page.getByRole('button', { name: 'Зарегистрировать' }).click();
    await expect(page.getByRole('heading', { name: 'Письмо со ссылкой отправлено' })).toBeVisible();
    expect(await link(mailbox, 1)).toBe('/sign-in');
    expect(mailbox.mails[0]?.subject).toBe('Вы уже зарегистрированы');
});

test('a form behind a link that is refused leads back to it', async ({ page, mailbox, url }) => {
    await page.goto(`${url}/recovery`);
    await page.getByLabel('E-mail').fill('admin@romashka.example');
    await page.getByRole('button', { name: 'Выслать ссылку' }).click();
    const there = await link(mailbox, 1);
    await page.goto(`${url}${there}`);
    await page.getByLabel('Новый пароль', { exact: false }).first().fill('short');
    await page.getByRole('button', { name: 'Задать пароль' }).click();
    await expect(page.getByText('Не короче 15 символов. Подойдёт')).toBeVisible();
    expect(new URL(page.url()).pathname).toBe(there);
});
