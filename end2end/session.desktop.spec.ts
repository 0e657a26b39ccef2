import { check } from './axe';
import { FREE, People } from './people';
import { EMAIL, PASSWORD, expect, shot, signIn, test } from './server';

test('an administrator signs in and lands on the people', async ({ page }) => {
    await page.goto('/');
    await expect(page).toHaveURL(/\/sign-in/);
    await shot(page, 'sign-in');
    await signIn(page);
    await expect(page).toHaveURL('/users');
    await expect(page.getByRole('heading', { name: 'Пользователи' })).toBeVisible();
    await expect(page.getByText('ООО «Ромашка»')).toBeVisible();
});

test('a wrong password is refused in words, and the form stays', async ({ page }) => {
    await signIn(page, 'not the password');
    await expect(page.getByRole('alert')).toHaveText('Неверный e-mail или пароль. Проверьте раскладку клавиатуры и Caps Lock.');
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByLabel('E-mail')).toHaveValue(EMAIL);
    await expect(page.getByLabel('Пароль')).toHaveValue('');
    await expect(page.getByLabel('Пароль')).toBeFocused();
    await page.getByLabel('Пароль').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL('/users');
});

for (const path of ['/users', '/users/new', '/users/delete?ids=1', '/operations', '/operations/1']) {
    test(`who is not signed in is led from ${path} to the form`, async ({ page }) => {
        await page.goto(path);
        await expect(page).toHaveURL(/\/sign-in/);
        await expect(page.getByRole('button', { name: 'Войти' })).toBeVisible();
    });
}

test('signing out ends the session for good', async ({ page, context }) => {
    await signIn(page);
    await expect(page).toHaveURL('/users');
    const cookies = await context.cookies();
    const second = await context.newPage();
    const there = new People(second);
    await there.open();
    await page.getByRole('button', { name: EMAIL }).click();
    await page.getByRole('button', { name: 'Выйти' }).click();
    await expect(page).toHaveURL(/\/sign-in/);
    // A page that stayed open leads to the form with the next press.
    await there.tab('Кандидаты').click();
    await expect(second).toHaveURL(/\/sign-in/);
    await context.addCookies(cookies);
    await page.goto('/users');
    await expect(page).toHaveURL(/\/sign-in/);
});

test('another organisation sees nothing of the first', async ({ people, browser, desk }) => {
    await people.issue('hR7_kQ2z', FREE[0]);
    const report = await people.message.getByRole('link', { name: 'Отчёт' }).getAttribute('href');

    const context = await browser.newContext({ baseURL: desk.url, locale: 'ru-RU' });
    const page = await context.newPage();
    await signIn(page, 'licentia-demo', 'admin@sever.example');
    await expect(page).toHaveURL('/users');
    await expect(page.getByText('АО «Север»')).toBeVisible();
    await expect(page.getByRole('tab', { name: 'Все пользователи' })).toHaveText('Все пользователи 10 000');
    await page.goto('/users?q=romashka');
    await expect(page.getByRole('heading', { name: 'Никого не нашли' })).toBeVisible();
    await page.goto('/operations');
    await expect(page.getByRole('table', { name: 'Операции' })).toBeVisible();
    await expect(page.locator(`a[href="${report}"]`)).toHaveCount(0);
    await page.goto(report!);
    await expect(page.getByRole('alert')).toContainText('Такой операции нет.');
    await page.emulateMedia({ colorScheme: 'dark' });
    const look = () => page.locator('html').evaluate(html => [getComputedStyle(html).backgroundColor, getComputedStyle(html.querySelector('main')!).color]);
    const before = await look();
    // A file that is refused is a page, and looks like the others.
    expect((await page.goto(`${report}/report.csv`))?.status()).toBe(404);
    await expect(page.getByRole('alert')).toContainText('Такой операции нет.');
    await expect(page.getByRole('link', { name: 'На главную' })).toHaveClass(/primary/);
    expect(await look()).toEqual(before);
    await expect(page.getByRole('link', { name: 'На главную' })).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
    await shot(page, 'refused-file');
    await check(page, 'a refused file');
    await page.getByRole('link', { name: 'На главную' }).click();
    await expect(page).toHaveURL('/users');
    await context.close();
});
