// Subscribing to the news, getting them, and unsubscribing: the same on the desk and on the phone.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { binary, start } from './licentia.mjs';
import { post, type Post } from './mailbox';
import { expect, shot, test as base } from './server';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

type Own = { url: string; database: string };

const test = base.extend<{ mailbox: Post; own: Own }>({
    mailbox: async ({}, use) => {
        const mailbox = await post();
        await use(mailbox);
        await mailbox.close();
    },
    /** A desk of its own that sends by it. */
    own: async ({ mailbox }, use) => {
        const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-news-'));
        const database = `sqlite://${folder}/desk.db`;
        const server = await start(database, undefined, {
            LICENTIA_SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
            LICENTIA_MAIL_FROM: 'Licentia <no-reply@licences.example>',
            LICENTIA_PUBLIC_URL: 'http://localhost',
            // The command line lives today: what it publishes is to go at once.
            DEMO_DAY: new Date(Date.now() + 86_400_000).toISOString().slice(0, 10),
        });
        await use({ url: server.url, database });
        await server.stop();
        await rm(folder, { recursive: true, force: true });
    },
});

/** By the rules of axe, in both themes, and nothing wider than the window. */
async function check(page: Page, name: string) {
    for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
        const lines = violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}`));
        expect.soft(lines, `${name}, ${colorScheme}`).toEqual([]);
        await shot(page, `${name}-${colorScheme}`);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), name).toBe(true);
}

/** As the operator does. */
async function publish(own: Own, subject: string) {
    const file = path.join(test.info().outputPath(), 'news.txt');
    await writeFile(file, 'Здравствуйте!\n\nВ «Журнале» появился отбор по дням.\nОбновление в субботу, 28 ноября, с 20:00 до 20:15 по Москве.\n');
    return execFileSync(binary, ['news', '--database-url', own.database, 'publish', '--subject', subject, '--text', file], { encoding: 'utf8' });
}

/** The path of the first link like this in the newest letter. */
async function link(mailbox: Post, letters: number, like: string) {
    await expect.poll(() => mailbox.mails.length, { timeout: 15_000 }).toBe(letters);
    const found = new RegExp(`http://localhost(${like}\\S+)`).exec(mailbox.mails[letters - 1]?.text ?? '');
    return found?.[1] ?? '';
}

export function checkNews() {
    test.skip(!!process.env.LICENTIA_URL, 'needs servers of its own');

    test('news are subscribed to by a link, arrive, and end with one press', async ({ page, mailbox, own }) => {
        await page.goto(`${own.url}/sign-in`);
        await page.getByRole('link', { name: 'Новости' }).click();
        await expect(page.getByText('Новостей пока нет.')).toBeVisible();
        await check(page, 'news-none');
        await page.getByLabel('E-mail').fill('lipa');
        await page.getByRole('button', { name: 'Подписаться' }).click();
        await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');
        await check(page, 'news-refused');
        await page.getByLabel('E-mail').fill('anna@lipa.example');
        await page.getByRole('button', { name: 'Подписаться' }).click();
        await expect(page.getByRole('heading', { name: 'Письмо со ссылкой отправлено' })).toBeVisible();
        await check(page, 'news-sent');
        const there = await link(mailbox, 1, '/news/confirm/');
        expect(mailbox.mails[0]?.subject).toBe('Подтвердите подписку на новости');
        await page.goto(`${own.url}${there}`);
        await expect(page.getByText('anna@lipa.example')).toBeVisible();
        await check(page, 'news-confirm');
        await page.getByRole('button', { name: 'Подтвердить' }).click();
        await expect(page.getByRole('heading', { name: 'Вы подписаны на новости' })).toBeVisible();
        await page.goto(`${own.url}${there}`);
        await expect(page.getByRole('heading', { name: 'Ссылка уже использована' })).toBeVisible();
        await check(page, 'news-used');
        expect(await publish(own, 'Отбор по дням в «Журнале»')).toContain('1 letters');
        const away = await link(mailbox, 2, '/news/unsubscribe/');
        const mail = mailbox.mails[1];
        expect(mail?.subject).toBe('Отбор по дням в «Журнале»');
        expect(mail?.headerLines.find(({ key }) => key === 'list-unsubscribe-post')?.line).toContain('List-Unsubscribe=One-Click');
        await page.goto(`${own.url}/news`);
        await expect(page.getByRole('heading', { name: 'Отбор по дням в «Журнале»' })).toBeVisible();
        await check(page, 'news');
        await page.goto(`${own.url}${away}`);
        await expect(page.getByRole('button')).toHaveCount(1);
        await check(page, 'news-unsubscribe');
        await page.getByRole('button', { name: 'Отписаться' }).click();
        await expect(page.getByRole('heading', { name: 'Вы отписаны от новостей' })).toBeVisible();
        await check(page, 'news-unsubscribed');
        expect(await publish(own, 'Ещё новость')).toContain('0 letters');
        await page.goto(`${own.url}${away}`);
        await expect(page.getByRole('heading', { name: 'По этой ссылке подписки нет' })).toBeVisible();
    });

    test('whoever has signed in subscribes with one press', async ({ page, mailbox, own }) => {
        await page.goto(`${own.url}/sign-in`);
        await page.getByLabel('E-mail').fill('admin@romashka.example');
        await page.getByLabel('Пароль').fill('licentia-demo');
        await page.getByRole('button', { name: 'Войти' }).click();
        await expect(page).toHaveURL(/\/users$/);
        await page.goto(`${own.url}/account`);
        const state = page.getByTestId('subscription');
        await expect(state).toHaveText('Не подписан');
        await page.getByRole('button', { name: 'Подписаться' }).click();
        await expect(state).toHaveText('Ждёт подтверждения');
        await check(page, 'account-news');
        await page.goto(`${own.url}${await link(mailbox, 1, '/news/confirm/')}`);
        await page.getByRole('button', { name: 'Подтвердить' }).click();
        await page.goto(`${own.url}/account`);
        await expect(state).toHaveText('Подписан');
        await page.getByRole('button', { name: 'Отписаться' }).click();
        await expect(page.getByRole('status')).toContainText('Вы отписаны от новостей');
        await expect(state).toHaveText('Не подписан');
    });
}
