import { EMAIL, PASSWORD, expect, shot, signIn, test } from './server';
import { clock, totp } from './totp';

test('an app is connected, asked for at the sign-in, and switched off', async ({ page, desk }) => {
    const started = Date.now();
    await signIn(page);
    await expect(page).toHaveURL('/users');
    await page.goto('/account');
    await page.getByRole('link', { name: 'Подключить приложение' }).click();
    await page.getByRole('button', { name: 'Продолжить' }).click();
    await expect(page.getByRole('img', { name: 'QR-код для приложения' })).toBeVisible();
    await page.getByText('Не сканируется?').click();
    const secret = await page.getByTestId('factor-secret').innerText();
    await shot(page, 'factor-connect');

    const code = page.getByLabel('Код из приложения');
    await code.fill('12345');
    await page.getByRole('button', { name: 'Подключить' }).click();
    await expect(page.getByText('Код не подходит')).toBeVisible();
    await expect(code).toBeFocused();
    await code.fill(totp(secret, clock(desk, started)));
    await page.getByRole('button', { name: 'Подключить' }).click();

    await expect(page.getByRole('heading', { name: 'Коды восстановления' })).toBeVisible();
    const codes = await page.getByRole('listitem').allInnerTexts();
    expect(codes).toHaveLength(10);
    await shot(page, 'factor-codes');
    await page.getByRole('link', { name: 'Коды сохранены' }).click();
    await expect(page).toHaveURL('/users');

    // Signed out, the password alone leads to the code, and the code to where one wanted to go.
    await page.getByRole('button', { name: EMAIL }).click();
    await page.getByRole('button', { name: 'Выйти' }).click();
    await page.goto('/licenses');
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Пароль').fill(PASSWORD);
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Код подтверждения' })).toBeVisible();
    await expect(code).toBeFocused();
    await shot(page, 'factor-sign-in');
    await page.goto('/users');
    await expect(page, 'half way in is not in').toHaveURL(/\/sign-in/);
    await page.goBack();
    // The step of the first code has been used: the next one is taken early.
    await code.fill(totp(secret, clock(desk, started) + 30_000));
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    await expect(page).toHaveURL('/licenses');

    await page.goto('/account');
    await expect(page.getByText('Осталось 10 кодов восстановления')).toBeVisible();
    await page.getByRole('link', { name: 'Отключить' }).click();
    await page.getByRole('button', { name: 'Отключить' }).click();
    await expect(page.getByText('Второй фактор отключён.')).toBeVisible();
});

test('a recovery code is for whoever has lost the phone', async ({ page, desk }) => {
    const started = Date.now();
    await signIn(page);
    await page.goto('/account/factor');
    await page.getByRole('button', { name: 'Продолжить' }).click();
    await page.getByText('Не сканируется?').click();
    const secret = await page.getByTestId('factor-secret').innerText();
    await page.getByLabel('Код из приложения').fill(totp(secret, clock(desk, started)));
    await page.getByRole('button', { name: 'Подключить' }).click();
    const [first] = await page.getByRole('listitem').allInnerTexts();
    await page.goto('/account');
    await page.getByRole('button', { name: EMAIL }).click();
    await page.getByRole('button', { name: 'Выйти' }).click();
    await signIn(page);
    await page.getByRole('link', { name: 'Нет телефона?' }).click();
    await page.getByLabel('Код восстановления').fill((first ?? '').toUpperCase());
    await page.getByRole('button', { name: 'Войти', exact: true }).click();
    await expect(page).toHaveURL('/users');
    await page.goto('/account');
    await expect(page.getByText('Осталось 9 кодов восстановления')).toBeVisible();
});
