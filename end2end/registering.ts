// Registering an organisation, for every test that begins with one.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { start } from './licentia.mjs';
import { post, type Post } from './mailbox';
import { expect, test as base } from './server';

export const PASSWORD = 'korova na lugu zelenom';
const NUMBERS = [
    'один', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять', 'десять', 'одиннадцать', 'двенадцать',
    'тринадцать', 'четырнадцать', 'пятнадцать', 'шестнадцать', 'семнадцать', 'восемнадцать', 'девятнадцать', 'двадцать',
];

export const test = base.extend<{ mailbox: Post; url: string }>({
    mailbox: async ({}, use) => {
        const mailbox = await post();
        await use(mailbox);
        await mailbox.close();
    },
    /** A desk of its own that sends by it. */
    url: async ({ mailbox }, use) => {
        const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-registration-'));
        const server = await start(`sqlite://${folder}/desk.db`, undefined, {
            LICENTIA_SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
            LICENTIA_MAIL_FROM: 'Licentia <no-reply@licences.example>',
            LICENTIA_PUBLIC_URL: 'http://localhost',
        });
        await use(server.url);
        await server.stop();
        await rm(folder, { recursive: true, force: true });
    },
});

/** Answers as people do. */
async function answer(page: Page) {
    const asked = await page.getByText('Сколько будет').innerText();
    const [, left = '', sign, right = ''] = /Сколько будет (\S+) (плюс|минус) ([^?]+)\?/.exec(asked) ?? [];
    const [first, second] = [NUMBERS.indexOf(left) + 1, NUMBERS.indexOf(right) + 1];
    await page.getByLabel('Сколько будет').fill(`${sign === 'плюс' ? first + second : first - second}`);
}

export async function fill(page: Page, email: string) {
    await page.getByLabel('E-mail для входа').fill(email);
    await page.getByLabel('Пароль (').fill(PASSWORD);
    await page.getByLabel('Пароль ещё раз').fill(PASSWORD);
    await page.getByLabel('Фамилия, имя и отчество').fill('Липова Анна Петровна');
    await page.getByLabel('Место работы').fill('ООО «Липа»');
    await page.getByLabel('Город').fill('Тверь');
    await page.getByLabel('Мобильный телефон').fill('8 (916) 123-45-67');
    await page.getByLabel('Принимаю').check();
    await answer(page);
}

/** The path of the link in the newest letter. */
export async function link(mailbox: Post, letters: number) {
    await expect.poll(() => mailbox.mails.length, { timeout: 15_000 }).toBe(letters);
    return new URL(/http:\/\/localhost\/\S+/.exec(mailbox.mails[letters - 1]?.text ?? '')?.[0] ?? '').pathname;
}
