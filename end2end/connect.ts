// «Подключение сервиса», from the registration to the first sign-in of the administrator who was invited: by mouse, by
// finger, and with scripts off.
import { check } from './axe';
import { fill, link, PASSWORD, test } from './registering';
import { expect, shot } from './server';
import { small } from './touch';

/** `scripts`: whether they run, by which axe looks at the pages. */
export function connectEverything(scripts = true) {
    test.skip(!!process.env.LICENTIA_URL, 'needs servers of its own');
    test.slow();

    test('a service is connected, and its administrator finds the list', async ({ page, browser, contextOptions, mailbox, url }) => {
        const look = async (name: string) => {
            if (scripts) await check(page, name);
            await shot(page, name);
            const width = page.viewportSize()?.width ?? 0;
            if (scripts) expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
            if (width < 400) expect.soft(await small(page), name).toEqual([]);
        };
        await page.goto(`${url}/register`);
        await fill(page, 'anna@lipa.example');
        await page.getByRole('button', { name: 'Зарегистрировать' }).click();
        await page.goto(`${url}${await link(mailbox, 1)}`);
        await page.getByLabel('Пароль (').fill(PASSWORD);
        await page.getByRole('button', { name: 'Подтвердить' }).click();

        // 1: the name is there, and a free address; a letter that only looks right is named.
        await expect(page).toHaveURL(/\/connect$/);
        await expect(page.getByText('Шаг 1 из 4')).toBeVisible();
        await expect(page.getByLabel('Название')).toHaveValue('ООО «Липа»');
        await expect(page.getByLabel('Адрес')).toHaveValue('lipa');
        await look('connect-name');
        await page.getByLabel('Адрес').fill('lip\u0430');
        await page.getByRole('button', { name: 'Далее' }).click();
        await expect(page.getByLabel('Адрес')).toHaveAccessibleDescription(/Нельзя «\u0430» \(русская буква\).*Свободен адрес lipa/);
        await look('connect-name-refused');
        await page.getByLabel('Адрес').fill('lipa-tver');
        await page.getByRole('button', { name: 'Далее' }).click();

        // 2: oneself, or somebody new; a landline gets no SMS. Nobody is in the directory to be chosen.
        await expect(page.getByText('Шаг 2 из 4')).toBeVisible();
        await expect(page.getByLabel('Мобильный телефон')).toHaveValue('+79161234567');
        await expect(page.getByRole('link', { name: 'Из справочника' })).toHaveCount(0);
        await look('connect-own');
        await page.getByRole('link', { name: 'Новый человек' }).click();
        await page.getByLabel('Фамилия, имя и отчество').fill('Вера Новая');
        await page.getByLabel('E-mail').fill('vera@lipa.example');
        await page.getByLabel('Мобильный телефон').fill('+7 495 123-45-67');
        await page.getByRole('button', { name: 'Далее' }).click();
        await expect(page.getByText('На городской номер SMS не придёт')).toBeVisible();
        await expect(page.getByLabel('Фамилия, имя и отчество')).toHaveValue('Вера Новая');
        await look('connect-responsible-refused');
        await page.getByLabel('Мобильный телефон').fill('+7 916 765-43-21');
        await page.getByRole('button', { name: 'Далее' }).click();

        // 3: left and come back to; wrong lines are named, and what was pasted stays.
        await expect(page.getByText('Шаг 3 из 4')).toBeVisible();
        await page.goto(`${url}/users`);
        const notice = page.getByRole('complementary', { name: 'Подключение' });
        await expect(notice).toContainText('Сервис ещё не подключён');
        if (scripts) await expect(page.locator('.list[data-hydrated]')).toBeAttached();
        await look('connect-notice');
        await notice.getByRole('button', { name: 'Подключить' }).click();
        await expect(page.getByText('Шаг 3 из 4')).toBeVisible();
        await look('connect-people');
        await page.getByLabel('Люди').fill('Ли Анна; li@lipa.example\nБез Почты');
        await page.getByRole('button', { name: 'Далее' }).click();
        await expect(page.getByRole('alert')).toContainText('Строка 2, e-mail: не указан');
        await expect(page.getByLabel('Люди')).toHaveValue('Ли Анна; li@lipa.example\nБез Почты');
        await look('connect-people-refused');
        await page.getByLabel('Люди').fill('Ли Анна; li@lipa.example\nСтройнов Пётр; stroynov@lipa.example; Кандидат');
        await page.getByRole('button', { name: 'Далее' }).click();

        // 4
        await expect(page.getByText('Шаг 4 из 4')).toBeVisible();
        await expect(page.getByRole('region', { name: 'Ответственный' })).toContainText('+79167654321');
        await expect(page.getByRole('region', { name: 'Название и адрес' })).toContainText('/at/lipa-tver');
        await look('connect-summary');
        await page.getByRole('link', { name: 'Изменить: Название и адрес' }).click();
        await page.getByLabel('Название').fill('ООО «Липа-Тверь»');
        await page.getByRole('button', { name: 'Далее' }).click();
        await page.goto(`${url}/connect`);
        await page.getByRole('button', { name: 'Подключить' }).click();
        await expect(page.getByRole('heading', { name: 'Сервис подключён' })).toBeVisible();
        await expect(page.getByText('vera@lipa.example')).toBeVisible();
        await expect(page.getByText('05.12.2026')).toBeVisible();
        await look('connect-done');
        await page.getByRole('link', { name: 'К лицензиям' }).click();
        await expect(page.getByText('пробная').first()).toBeVisible();
        await page.goto(`${url}/connect`);
        await expect(page.getByText('ООО «Липа-Тверь»').last()).toBeVisible();
        await look('connect-about');
        await page.getByRole('link', { name: 'Изменить' }).click();
        await look('connect-edit');
        expect((await page.goto(`${url}/connect/people`))?.status()).toBe(404);

        // The code comes by SMS, for which there is no gateway here: it waits in the outbox.
        await page.goto(`${url}/letters`);
        await page.getByRole('link', { name: 'SMS с кодом приглашения' }).first().click();
        const code = /\d{6}/.exec(await page.locator('pre.mail').innerText())?.[0] ?? '';
        const join = await link(mailbox, 2);
        const context = await browser.newContext({ ...contextOptions, baseURL: url });
        const vera = await context.newPage();
        await vera.goto('/at/nobody');
        await expect(vera.getByRole('heading', { name: 'Такого сервиса нет' })).toBeVisible();
        if (scripts) await check(vera, 'at-nobody');
        await vera.goto('/at/lipa-tver');
        await expect(vera.getByText('ООО «Липа-Тверь»')).toBeVisible();
        if (scripts) await check(vera, 'at');
        await shot(vera, 'at');
        await vera.goto(join);
        await vera.getByLabel('Код из SMS').fill(code);
        await vera.getByLabel('Новый пароль (').fill(PASSWORD);
        await vera.getByLabel('Новый пароль ещё раз').fill(PASSWORD);
        await vera.getByRole('button', { name: 'Продолжить' }).click();
        await expect(vera).toHaveURL('/users');
        await vera.getByRole('complementary', { name: 'Подключение' }).getByRole('button', { name: 'Открыть список' }).click();
        await expect(vera.getByText('Стройнов Пётр')).toBeVisible();
        if (scripts) await check(vera, 'handed-list');
        await shot(vera, 'handed-list');
        await vera.getByRole('button', { name: 'Добавить в справочник (2)' }).click();
        await expect(vera.getByRole('status')).toHaveText('Добавлено: 2. Уже были в справочнике: 0.');
        await shot(vera, 'handed-list-added');
        await vera.getByRole('link', { name: 'Удалить список' }).click();
        await expect(vera.getByText(/В списке 2.человека/)).toBeVisible();
        if (scripts) await check(vera, 'drop-list');
        await vera.getByRole('button', { name: 'Удалить список' }).click();
        await expect(vera.getByRole('status')).toHaveText('Список удалён.');
        await vera.goto('/users');
        await expect(vera.getByText('Стройнов П.')).toBeVisible();
        await expect(vera.getByRole('complementary', { name: 'Подключение' })).toHaveCount(0);
        await context.close();
    });
}
