// «Вход через госуслуги»: a browser goes to an OpenID provider of its own, and comes back.
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import type { Page } from '@playwright/test';
import { binary, start } from './licentia.mjs';
import { EMAIL, type Desk, expect, shot, test as base } from './server';

base.skip(Boolean(process.env.LICENTIA_URL), 'the installation that runs has a provider of its own, or none');

/** The provider knows where browsers come back to before the desk listens there. */
const test = base.extend<{ desk: Desk }>({
    desk: async ({ databases }, use) => {
        const port = await free();
        const url = `http://127.0.0.1:${port}`;
        const provider = spawn(process.execPath, [path.join(import.meta.dirname, 'provider.mjs'), `${url}/oidc/callback`], { stdio: ['pipe', 'pipe', 'ignore'] });
        const issuer = await new Promise<string>(resolve => {
            readline.createInterface({ input: provider.stdout }).on('line', line => { if (line.startsWith('ready ')) resolve(line.slice(6)); });
        });
        const database = await databases.fresh();
        const server = await start(database.url, binary, {
            PORT: `${port}`,
            LICENTIA_PUBLIC_URL: url,
            LICENTIA_OIDC_ISSUER: issuer,
            LICENTIA_OIDC_CLIENT_ID: 'licentia',
            LICENTIA_OIDC_CLIENT_SECRET: 'a-secret-of-the-test',
        });
        await use({ url, database: database.url });
        await server.stop();
        await database.drop();
        provider.kill();
    },
});

function free(): Promise<number> {
    return new Promise(resolve => {
        const server = net.createServer().listen(0, '127.0.0.1', () => {
            const { port } = server.address() as net.AddressInfo;
            server.close(() => resolve(port));
        });
    });
}

// The provider's pages ask for letters from elsewhere.
test.beforeEach(({ page }) => page.route(url => url.hostname !== '127.0.0.1', route => route.fulfill({ contentType: 'text/css', body: '' })));

/** Fills in the provider's own pages. */
async function agree(page: Page, login: string) {
    await page.getByPlaceholder('Enter any login').fill(login);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
}

test('by the button, the provider and its consent, back to where one wanted to go', async ({ page, desk }) => {
    await page.goto('/orders');
    await shot(page, 'sign-in-oidc');
    await page.getByRole('button', { name: 'Вход через госуслуги' }).click();
    await agree(page, EMAIL);
    await expect(page).toHaveURL(`${desk.url}/orders`);
    await expect(page.getByRole('heading', { name: 'Заказы' })).toBeVisible();
    await page.goto('/account');
    await expect(page.getByText('в эту учётную запись можно войти и так')).toBeVisible();
    await shot(page, 'account-oidc');
    await page.getByRole('button', { name: 'Отвязать' }).click();
    await expect(page.getByRole('status')).toHaveText('Вход отвязан.');
    // The provider remembers whom it has let in, and asks nobody.
    await page.getByRole('button', { name: 'Привязать' }).click();
    await expect(page.getByRole('status')).toHaveText('Вход привязан.');
});

test('whoever has no account reads what to do', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByRole('button', { name: 'Вход через госуслуги' }).click();
    await agree(page, 'nobody@romashka.example');
    await expect(page.getByRole('heading', { name: 'Для этого адреса нет учётной записи' })).toBeVisible();
    await expect(page.getByText('пригласить Вас')).toBeVisible();
    await shot(page, 'oidc-no-account');
    await page.getByRole('link', { name: 'Ко входу' }).click();
    await expect(page.getByRole('button', { name: 'Войти', exact: true })).toBeVisible();
});
