import type { Page } from '@playwright/test';
import { FREE, HOLDERS } from './people';
import { EMAIL, expect, shot, test } from './server';

/** Cyrillic in what can be seen or heard on the page, but for names, e-mails, products and other data. */
async function cyrillic(page: Page) {
    return page.evaluate(() => {
        const data = '.name, .names, .organisation, .account, .chip, .pool, .group, .option b, code, #deed-lead, [lang="ru"], [name="groups[]"], .who';
        const found: string[] = [];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
        for (let node = walk.nextNode(); node; node = walk.nextNode()) {
            const element = node instanceof Element ? node : node.parentElement!;
            if (element.closest('script, style')) continue;
            const texts = node instanceof Element
                ? ['aria-label', 'title', 'placeholder', 'alt'].map(name => element.getAttribute(name) ?? '')
                : [node.textContent ?? ''];
            found.push(...texts.filter(text => /[а-яё]/i.test(text) && !element.closest(data)).map(text => text.trim()));
        }
        return found;
    });
}

/** Names of groups, products and people are data. */
const DATA = /Офис Базовый|Офис Профи|Почта|Видеосвязь|Архив|Многопользовательский режим|Первая|Вторая|Третья|Четвертая|Пятая|Шестая|ЛК|с УНЭП|с УКЭП|УНЭП|УКЭП|ПЭП|Госключ|Администратор|[А-ЯЁ][а-яё-]+(\s[А-ЯЁ]\.){1,2}/g;
const words = async (page: Page) => (await cyrillic(page)).map(text => text.replace(DATA, '')).filter(text => /[а-яё]/i.test(text));

async function english(page: Page) {
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page).toHaveTitle(/^[\x20-\x7e·№]+$/);
    expect(await words(page)).toEqual([]);
}

async function speakEnglish(page: Page) {
    await page.getByRole('button', { name: EMAIL }).click();
    await page.getByRole('group', { name: 'Язык' }).getByRole('button', { name: 'English' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
}

test.describe('English', () => {
    test('is chosen in the account menu and kept', async ({ people }) => {
        const { page } = people;
        await speakEnglish(page);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users');
        await people.awake();
        await english(page);
        await shot(page, 'english');
        await page.reload();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Users');
        await page.getByRole('button', { name: EMAIL }).click();
        await page.getByRole('button', { name: 'Русский' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Пользователи');
    });

    test('is spoken by every dialog, message and report', async ({ people }) => {
        const { page, dialog } = people;
        await people.pick(FREE[0], HOLDERS[0]);
        await page.context().addCookies([{ name: 'lang', value: 'en', url: page.url() }]);
        await people.open('?q=голованов');
        await page.getByRole('table').getByRole('checkbox').nth(1).check();
        await english(page);
        await page.getByRole('button', { name: 'Revoke licence (1)' }).click();
        await expect(dialog.getByText('1 licence will go back to stock')).toBeVisible();
        await english(page);
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await page.getByRole('button', { name: 'Delete user (1)' }).click();
        await english(page);
        await dialog.getByRole('button', { name: 'Cancel' }).click();
        await page.getByRole('button', { name: 'Clear selection' }).click();
        await page.getByRole('link', { name: 'Add user' }).click();
        await dialog.getByRole('button', { name: 'Add user' }).click();
        await english(page);
        await page.keyboard.press('Escape');
        await people.open('?q=гурова');
        await page.getByRole('table').getByRole('checkbox').nth(1).check();
        await page.getByRole('button', { name: 'Issue licence (1)' }).click();
        await dialog.getByRole('radio', { name: 'hR7_kQ2z' }).check();
        await english(page);
        await dialog.getByRole('button', { name: 'Send' }).click();
        await expect(people.message).toContainText('Licences issued: 1');
        await english(page);
        await people.message.getByRole('link', { name: 'Report' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toContainText('Issue of licences');
        expect(await words(page)).toEqual([]);
    });

    for (const path of ['/users/new', '/users/delete?ids=1', '/operations', '/nowhere']) {
        test(`is spoken by ${path}`, async ({ admin, desk }) => {
            await admin.context().addCookies([{ name: 'lang', value: 'en', url: desk.url }]);
            await admin.goto(path);
            await english(admin);
        });
    }

    test('is spoken before signing in', async ({ page }) => {
        await page.goto('/sign-in');
        await page.getByRole('button', { name: 'English' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
        await english(page);
        await page.getByLabel('E-mail').fill(EMAIL);
        await page.getByLabel('Password').fill('no');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await expect(page.getByRole('alert')).toHaveText('Wrong e-mail or password. Check the keyboard layout and Caps Lock.');
        await english(page);
    });
});

const ink = (page: Page) => page.evaluate(() => getComputedStyle(document.body).color);

test('the theme follows the system until it is chosen', async ({ people }) => {
    const { page } = people;
    const light = await ink(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => ink(page)).not.toBe(light);
    const dark = await ink(page);

    const choose = async (theme: string) => {
        await page.getByRole('button', { name: EMAIL }).click();
        const themes = page.getByRole('group', { name: 'Тема' });
        await themes.getByRole('button', { name: theme }).click();
        await people.awake();
        await page.getByRole('button', { name: EMAIL }).click();
        await expect(themes.getByRole('button', { name: theme })).toHaveAttribute('aria-pressed', 'true');
        await page.keyboard.press('Escape');
    };
    await choose('Светлая');
    await expect.poll(() => ink(page)).toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await choose('Тёмная');
    await expect.poll(() => ink(page)).toBe(dark);
    await shot(page, 'dark');
    await page.goto('/operations');
    await expect.poll(() => ink(page)).toBe(dark);
    await people.open();
    await choose('Системная');
    await expect.poll(() => ink(page)).toBe(light);
});
