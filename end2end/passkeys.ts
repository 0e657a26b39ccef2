// Passkeys, with the authenticator that Chromium brings for tests: the same on the desk and on the phone.
import { AxeBuilder } from '@axe-core/playwright';
import type { CDPSession, Page } from '@playwright/test';
import { EMAIL, PASSWORD, expect, shot, signIn, test } from './server';

/** A device that has a lock; with `verifies: false` whoever holds it does not show who they are. */
async function device(page: Page) {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    });
    return { cdp, authenticatorId };
}

const verifies = ({ cdp, authenticatorId }: { cdp: CDPSession; authenticatorId: string }, isUserVerified: boolean) =>
    cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });

async function check(page: Page, name: string) {
    for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
        expect.soft(violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}`)), `${name}, ${colorScheme}`).toEqual([]);
        await shot(page, `${name}-${colorScheme}`);
    }
    // Nothing is seen only by scrolling sideways.
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), name).toBe(0);
}

async function signOut(page: Page) {
    await page.context().clearCookies();
    await page.goto('/sign-in');
}

async function add(page: Page, name: string) {
    await page.goto('/account');
    await page.getByRole('link', { name: 'Добавить ключ' }).click();
    await page.getByLabel('Название ключа').fill(name);
    await page.getByRole('button', { name: 'Создать ключ' }).click();
}

export function checkPasskeys() {
    // Browsers keep passkeys by names: not for 127.0.0.1.
    test.use({ baseURL: async ({ desk }, use) => use(desk.url.replace('127.0.0.1', 'localhost')) });
    test.slow();

    test('a passkey is added, signs in, and is removed', async ({ page }) => {
        const key = await device(page);
        await signIn(page);
        await expect(page).toHaveURL('/users');
        await page.goto('/account');
        await page.getByRole('link', { name: 'Добавить ключ' }).click();
        await check(page, 'passkey-new');
        await page.getByLabel('Название ключа').fill('  ');
        await page.getByRole('button', { name: 'Создать ключ' }).click();
        await expect(page.getByText('Заполните это поле')).toBeVisible();

        // Whoever does not show who they are is told so, and may try again.
        await verifies(key, false);
        await page.getByLabel('Название ключа').fill('Рабочий ноутбук');
        await page.getByRole('button', { name: 'Создать ключ' }).click();
        await expect(page.getByRole('alert')).toHaveText('Ключ не создан: запрос отменён, запрещён или время вышло. Нажмите ещё раз.');
        await expect(page.getByRole('button', { name: 'Создать ключ' })).toBeFocused();
        await expect(page.getByText('Заполните это поле')).toHaveCount(0);
        await check(page, 'passkey-cancelled');
        await verifies(key, true);
        await page.getByRole('button', { name: 'Создать ключ' }).click();
        await expect(page.getByRole('heading', { name: 'Коды восстановления' })).toBeVisible();
        await expect(page.getByRole('listitem')).toHaveCount(10);

        // The device that has one makes no other.
        await add(page, 'Ещё один');
        await expect(page.getByRole('alert')).toHaveText(/На этом устройстве уже есть Ваш ключ/);
        await page.goto('/account');
        await expect(page.getByRole('table', { name: 'Ключи доступа' })).toContainText('Рабочий ноутбук');
        await check(page, 'passkey-account');

        // After the password.
        await signOut(page);
        await page.goto('/licenses');
        await page.getByLabel('E-mail').fill(EMAIL);
        await page.getByLabel('Пароль').fill(PASSWORD);
        await page.getByRole('button', { name: 'Войти', exact: true }).click();
        await expect(page.getByRole('heading', { name: 'Подтвердите вход' })).toBeVisible();
        await expect(page.getByRole('link', { name: 'Ввести код из приложения' })).toHaveCount(0);
        await check(page, 'passkey-step');
        await verifies(key, false);
        await page.getByRole('button', { name: 'Войти с ключом доступа' }).click();
        await expect(page.getByRole('alert')).toHaveText(/Ключ не показан/);
        await verifies(key, true);
        await page.getByRole('button', { name: 'Войти с ключом доступа' }).click();
        await expect(page).toHaveURL('/licenses');

        // Without one.
        await signOut(page);
        await page.goto('/orders');
        await check(page, 'passkey-sign-in');
        await page.getByRole('button', { name: 'Вход с ключом доступа' }).click();
        await expect(page).toHaveURL('/orders');

        await page.goto('/account');
        await page.getByRole('link', { name: 'Удалить: Рабочий ноутбук' }).click();
        await expect(page.getByText('Это последний второй фактор')).toBeVisible();
        await check(page, 'passkey-remove');
        await page.getByRole('button', { name: 'Удалить', exact: true }).click();
        await expect(page.getByText('Ключ доступа удалён.')).toBeVisible();
        // What the device still has is nobody's any more.
        await signOut(page);
        await page.getByRole('button', { name: 'Вход с ключом доступа' }).click();
        await expect(page.getByRole('alert')).toHaveText(/Ключ доступа не подошёл/);
        await page.getByLabel('E-mail').fill(EMAIL);
        await page.getByLabel('Пароль').fill(PASSWORD);
        await page.getByRole('button', { name: 'Войти', exact: true }).click();
        await expect(page).toHaveURL('/users');
    });

    test('whom the organisation requires one from may add a passkey', async ({ page }) => {
        await device(page);
        await signIn(page);
        await expect(page).toHaveURL('/users');
        await page.goto('/admin/factor');
        await page.getByRole('button', { name: 'Сделать обязательным' }).click();
        await expect(page).toHaveURL('/account/factor');
        await check(page, 'passkey-forced-app');
        await page.getByRole('link', { name: 'Добавить ключ доступа вместо приложения' }).click();
        await check(page, 'passkey-forced');
        await page.getByLabel('Название ключа').fill('Телефон');
        await page.getByRole('button', { name: 'Создать ключ' }).click();
        await page.getByRole('link', { name: 'Коды сохранены' }).click();
        await expect(page).toHaveURL('/users');
        await page.goto('/account');
        await page.getByRole('link', { name: 'Удалить: Телефон' }).click();
        await expect(page.getByText('Это единственный второй фактор')).toBeVisible();
        await expect(page.getByRole('button', { name: 'Удалить', exact: true })).toHaveCount(0);
    });

    test('where there are no passkeys the page says so', async ({ page, desk }) => {
        test.skip(!desk.database, 'a running installation has one address');
        await signIn(page);
        // The same server by its number.
        const other = desk.url;
        await page.goto(`${other}/sign-in`);
        await expect(page.getByRole('button', { name: 'Войти', exact: true })).toBeVisible();
        await expect(page.getByRole('button', { name: 'Вход с ключом доступа' })).toBeHidden();
        await page.getByLabel('E-mail').fill(EMAIL);
        await page.getByLabel('Пароль').fill(PASSWORD);
        await page.getByRole('button', { name: 'Войти', exact: true }).click();
        await expect(page).toHaveURL(`${other}/users`);
        await page.goto(`${other}/account/passkeys/new`);
        await expect(page.getByRole('alert')).toHaveText(/^Ключи доступа работают только по адресу http:\/\/localhost:/);
        await expect(page.getByRole('button', { name: 'Создать ключ' })).toBeDisabled();
        await check(page, 'passkey-elsewhere');
    });
}
