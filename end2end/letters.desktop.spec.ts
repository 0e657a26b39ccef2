// Letters, sent by a real mail server.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { start } from './licentia.mjs';
import { post, type Post } from './mailbox';
import { pay } from './payments';
import { EMAIL, PASSWORD, expect, shot, test as base } from './server';

const answer = (responseCode: number) => Object.assign(new Error('answered'), { responseCode });

type Mailing = { url: string };

/** A desk of its own that sends by `server`; `env` is what else it is started with. */
async function desk<T>(env: Record<string, string>, act: (mailing: Mailing) => Promise<T>) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-post-'));
    const server = await start(`sqlite://${folder}/desk.db`, undefined, { LICENTIA_MAIL_FROM: 'Licentia <no-reply@romashka.example>', LICENTIA_PUBLIC_URL: 'http://localhost', ...env });
    try {
        return await act({ url: server.url });
    } finally {
        await server.stop();
        await rm(folder, { recursive: true, force: true });
    }
}

const test = base.extend<{ mailbox: Post }>({
    mailbox: async ({}, use) => {
        const mailbox = await post();
        await use(mailbox);
        await mailbox.close();
    },
});

test.skip(!!process.env.LICENTIA_URL, 'needs servers of its own');

/** Raises an order and pays it as a provider does; its number. */
async function buy(page: Page, url: string) {
    await page.goto(`${url}/orders/new`);
    await page.getByRole('textbox', { name: 'ПЭП', exact: true }).fill('2');
    await page.getByLabel('ИНН').fill('7707083893');
    await page.getByLabel('КПП').fill('773601001');
    await page.getByLabel('Адрес').fill('Москва');
    await page.getByRole('button', { name: 'Выставить счёт' }).click();
    const number = (await page.getByRole('heading', { level: 1 }).innerText()).replace('Заказ ', '');
    await pay(url, number, '600.00', number);
    return number;
}

async function enter(page: Page, url: string) {
    await page.goto(`${url}/sign-in`);
    await page.getByLabel('E-mail').fill(EMAIL);
    await page.getByLabel('Пароль').fill(PASSWORD);
    await page.getByRole('button', { name: 'Войти' }).click();
    await page.waitForURL(/\/users/);
}

/** Opens the letter on the payment of an order. */
async function open(page: Page, url: string, number: string) {
    await page.goto(`${url}/letters`);
    await page.getByRole('link', { name: `Оплата зафиксирована: ${number}` }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Оплата зафиксирована: ${number}`);
}

/** The mail server has answered a moment before that is noted down. */
async function settled(page: Page, text: string) {
    await expect(async () => {
        await page.reload();
        await expect(page.getByRole('table', { name: 'Журнал отправки' })).toContainText(text, { timeout: 500 });
    }).toPass();
}

test('whoever raised the invoice gets a letter, in text and HTML, once', async ({ page, mailbox }) => {
    await desk({ LICENTIA_SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`, LICENTIA_PUBLIC_URL: 'https://licences.example' }, async ({ url }) => {
        await enter(page, url);
        const number = await buy(page, url);
        await expect.poll(() => mailbox.mails.length).toBe(1);
        const [mail] = mailbox.mails;
        expect(mail?.subject).toBe(`Оплата зафиксирована: ${number}`);
        expect(mail?.from?.text).toBe('"Licentia" <no-reply@romashka.example>');
        expect([mail?.to].flat()[0]?.text).toBe(EMAIL);
        expect(mail?.text).toContain('Выдать лицензии:\nhttps://licences.example/users?licence=none');
        expect(mail?.html).toContain('href="https://licences.example/users?licence=none"');
        expect(mail?.messageId).toMatch(/^<letter-1-\d+@romashka\.example>$/);
        expect(mail?.headers.get('auto-submitted')).toBe('auto-generated');
        await open(page, url, number);
        await settled(page, 'Принято почтовым сервером');
        await expect(page.getByText('Отправлено')).toBeVisible();
        await expect(page.getByRole('table', { name: 'Журнал отправки' })).toContainText('Принято почтовым сервером');
        await shot(page, 'letter');
        // What the page shows as HTML is what was sent.
        const href = await page.getByRole('link', { name: 'Показать, как в почте' }).getAttribute('href');
        const shown = await (await page.request.get(`${url}${href}`)).text();
        expect(shown.trim()).toBe(`${mail?.html}`.trim());
        // Its styles are let through by the policy that it comes with, and nothing else is.
        await page.goto(`${url}${href}`);
        await expect(page.getByRole('link', { name: 'Выдать лицензии' })).toHaveCSS('color', 'rgb(59, 91, 219)');
        await page.goto('about:blank');
        await page.setContent(shown);
        await expect(page.getByRole('link', { name: 'Выдать лицензии' })).toHaveAttribute('href', 'https://licences.example/users?licence=none');
        await shot(page, 'letter-html');
        expect(mailbox.mails.length).toBe(1);
    });
});

test('what is put off is tried again, what is refused waits for a word', async ({ page, mailbox }) => {
    mailbox.answers = [answer(451), answer(550)];
    await desk({ LICENTIA_SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` }, async ({ url }) => {
        await enter(page, url);
        const number = await buy(page, url);
        await expect.poll(() => mailbox.tries).toBe(1);
        await open(page, url, number);
        await settled(page, 'Отложено почтовым сервером (код 451)');
        await expect(page.getByText('Ждёт отправки')).toBeVisible();
        await page.getByRole('button', { name: 'Отправить сейчас' }).click();
        await expect.poll(() => mailbox.tries).toBe(2);
        await open(page, url, number);
        await settled(page, 'Отклонено почтовым сервером (код 550)');
        await expect(page.getByText('Не отправлено')).toBeVisible();
        await shot(page, 'letter-refused');
        await page.getByRole('button', { name: 'Отправить сейчас' }).click();
        await expect.poll(() => mailbox.mails.length).toBe(1);
        await open(page, url, number);
        await settled(page, 'Принято почтовым сервером');
        await expect(page.getByRole('button', { name: 'Отправить сейчас' })).toHaveCount(0);
    });
});

test('a wrong password is no fault of the letter', async ({ page, mailbox }) => {
    await desk({ LICENTIA_SMTP_URL: `smtp://desk:wrong@127.0.0.1:${mailbox.port}` }, async ({ url }) => {
        await enter(page, url);
        const number = await buy(page, url);
        await open(page, url, number);
        await expect(async () => {
            await page.reload();
            await expect(page.getByText('Почтовый сервер нас не пускает: проверьте его настройки (код 535)')).toBeVisible();
        }).toPass();
        await expect(page.getByText('Ждёт отправки')).toBeVisible();
    });
});

test('nothing goes in clear where TLS is demanded, nor to a certificate that nobody vouches for', async ({ page, mailbox }) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-tls-'));
    const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE'], { stdio: 'ignore' });
    const guarded = await post({ key: await readFile(key), cert: await readFile(cert) });
    const refused = async (port: number, env: Record<string, string> = {}) =>
        desk({ LICENTIA_SMTP_URL: `smtp://localhost:${port}?tls=required`, ...env }, async ({ url }) => {
            await enter(page, url);
            const number = await buy(page, url);
            await open(page, url, number);
            await expect(async () => {
                await page.reload();
                await expect(page.getByRole('table', { name: 'Журнал отправки' })).toBeVisible();
            }).toPass();
            return page.getByRole('table', { name: 'Журнал отправки' }).innerText();
        });
    try {
        expect(await refused(mailbox.port), 'no STARTTLS there').toContain('Почтовый сервер недоступен');
        expect(await refused(guarded.port), 'a certificate of its own').toContain('Почтовый сервер недоступен');
        expect([mailbox.tries, guarded.tries]).toEqual([0, 0]);
        expect(await refused(guarded.port, { SSL_CERT_FILE: cert }), 'vouched for').toContain('Принято почтовым сервером');
        expect(guarded.mails.length).toBe(1);
    } finally {
        await guarded.close();
        await rm(folder, { recursive: true });
    }
});

test('without a mail server the outbox shows what would have gone', async ({ admin, desk }) => {
    await admin.goto('/letters');
    await expect(admin.getByText('Отправка писем не настроена')).toBeVisible();
    // The demo has a term that ends in 45 days, and products with one licence left; two people may issue.
    await expect(async () => {
        await admin.reload();
        const told = admin.getByRole('row').filter({ has: admin.getByRole('link', { name: 'Скоро закончится срок: 05.01.2027' }) });
        await expect(told).toHaveCount(2);
        for (const whom of ['admin@', 'hr@']) await expect(told.filter({ hasText: `${whom}romashka.example` })).toHaveCount(1);
    }).toPass();
    await expect(admin.getByRole('link', { name: 'Осталось мало лицензий: УКЭП', exact: true })).toHaveCount(2);
    await shot(admin, 'letters');
    const number = await buy(admin, desk.url);
    await open(admin, desk.url, number);
    await expect(admin.locator('pre')).toContainText('Выдать лицензии:');
    await admin.goto('/letters?state=sent');
    await expect(admin.getByText('Таких писем нет')).toBeVisible();
});

test('what is set under «Уведомления» stays, and what is wrong stands beside its field', async ({ admin }) => {
    await admin.goto('/users');
    await admin.getByRole('link', { name: 'Уведомления' }).click();
    await shot(admin, 'notifications');
    const ends = admin.getByRole('group', { name: 'Скоро закончится срок' });
    await ends.getByLabel('Кому').fill('кадры');
    await ends.getByLabel('Время отправки').fill('25:00');
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    await expect(ends.getByLabel('Кому')).toHaveAccessibleDescription(/Это не адрес e-mail/);
    await expect(ends.getByLabel('Время отправки')).toHaveAccessibleDescription('Это не время. Пример: 09:00');
    await expect(ends.getByLabel('Время отправки')).toHaveValue('25:00');
    await shot(admin, 'notifications-refused');
    await ends.getByLabel('Кому').fill('hr@romashka.example');
    await ends.getByLabel('Время отправки').fill('8:30');
    await ends.getByLabel('Не беспокоить с').fill('20:00');
    await ends.getByLabel('Не беспокоить до').fill('8:00');
    await admin.getByRole('group', { name: 'Осталось мало лицензий' }).getByLabel('Присылать').uncheck();
    await admin.getByRole('button', { name: 'Сохранить' }).click();
    await expect(admin.getByRole('status')).toHaveText('Сохранено.');
    await admin.reload();
    await expect(ends.getByLabel('Кому')).toHaveValue('hr@romashka.example');
    await expect(ends.getByLabel('Время отправки')).toHaveValue('08:30');
    await expect(admin.getByRole('group', { name: 'Осталось мало лицензий' }).getByLabel('Присылать')).not.toBeChecked();
});
