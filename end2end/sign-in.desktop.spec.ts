import { expect, signIn, test } from './server';

test('an administrator signs in and lands on the people', async ({ admin }) => {
    await expect(admin.getByRole('heading', { name: 'Пользователи' })).toBeVisible();
});

test('a wrong password is refused in words, and the form stays', async ({ page }) => {
    await signIn(page, 'not the password');
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByLabel('Пароль')).toBeVisible();
});

test('who is not signed in is led to the form', async ({ page }) => {
    await page.goto('/users');
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByRole('button', { name: 'Войти' })).toBeVisible();
});
