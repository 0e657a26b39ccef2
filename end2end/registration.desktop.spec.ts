// Registering an organisation: the form, the letter, and the desk behind them.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { start } from './licentia.mjs';
import { post, type Post } from './mailbox';
import { expect, shot, test as base } from './server';

const PASSWORD = 'korova na lugu zelenom';
const NUMBERS = [
    'один', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять', 'десять', 'одиннадцать', 'двенадцать',
    'тринадцать', 'четырнадцать', 'пятнадцать', 'шестнадцать', 'семнадцать', 'восемнадцать', 'девятнадцать', 'двадцать',
];

const test = base.extend<{ mailbox: Post; url: string }>({
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

test.skip(!!process.env.LICENTIA_URL, 'needs servers of its own');

/** Answers as people do. */
async function answer(page: Page) {
    const asked = await page.getByText('Сколько будет').innerText();
    const [, left = '', sign, right = ''] = /Сколько будет (\S+) (плюс|минус) ([^?]+)\?/.exec(asked) ?? [];
    const [first, second] = [NUMBERS.indexOf(left) + 1, NUMBERS.indexOf(right) + 1];
    await page.getByLabel('Сколько будет').fill(`${sign === 'плюс' ? first + second : first - second}`);
}

async function fill(page: Page, email: string) {
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
async function link(mailbox: Post, letters: number) {
    await expect.poll(() => mailbox.mails.length, { timeout: 15_000 }).toBe(letters);
    return new URL(/http:\/\/localhost\/\S+/.exec(mailbox.mails[letters - 1]?.text ?? '')?.[0] ?? '').pathname;
}

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
    await page.getByRole('button', { name: 'Подтвердить' }).click();
    await expect(page).toHaveURL(/\/users$/);
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
