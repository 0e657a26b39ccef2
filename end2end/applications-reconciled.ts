// «Сверки»: what two sides see of a month, and what none of them can change any more.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { VENDOR } from './applications';
import { PARTNER } from './partner';
import { EMAIL, as, expect, test } from './server';
import { fits } from './touch';

const OPEN = '/reconciliations/1/2026-10';
const AGREED = '/reconciliations/1/2026-09';

const state = (page: Page) => page.getByRole('term').filter({ hasText: /^Состояние$/ }).locator('xpath=following-sibling::dd');

async function csv(page: Page) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Скачать CSV' }).click()]);
    return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') };
}

async function dispute(page: Page, remark: string) {
    const field = page.getByLabel('Что не так');
    if (!await field.isVisible()) await page.getByText('Разногласие', { exact: true }).click();
    await field.fill(remark);
    await page.getByRole('button', { name: 'Сообщить о разногласии' }).click();
}

/** Sends what the buttons of a page would, from a page that has them no more. */
async function post(page: Page, call: string, form: Record<string, string>) {
    const headers = { origin: new URL(page.url()).origin };
    return page.request.post(`/api/${call}`, { form, headers });
}

/** The same on the desk and on the phone. */
export function checkReconciliations() {
    test('both sides have the same lines, on the page and in the file', async ({ browser, page, desk }) => {
        const sides = [await as(browser, page, desk.url, PARTNER), await as(browser, page, desk.url, VENDOR)];
        const seen = [];
        for (const side of sides) {
            await side.goto(OPEN);
            const lines = side.getByRole('table', { name: 'Подключения' }).locator('tbody').getByRole('row');
            await expect(lines.first()).toBeVisible();
            await fits(side);
            const { name, text } = await csv(side);
            expect(name).toBe('reconciliation-1-2026-10.csv');
            seen.push({ lines: await lines.allTextContents(), text });
            // A head, the lines, the total.
            expect(text.trim().split('\r\n')).toHaveLength(await lines.count() + 2);
        }
        expect(seen[0]!.lines.length).toBeGreaterThanOrEqual(2);
        expect(seen[1]).toEqual(seen[0]);
        expect(seen[0]!.text).toContain(';«Добро пожаловать!»: не действует на расширение;2100,00');
    });

    test('a dispute takes a confirmation back, and is not sent without a word', async ({ browser, page, desk }) => {
        const [partner, vendor] = [await as(browser, page, desk.url, PARTNER), await as(browser, page, desk.url, VENDOR)];
        for (const side of [partner, vendor]) await side.goto(OPEN);
        await expect(state(partner)).toHaveText('Ждёт обе стороны');
        await partner.getByRole('button', { name: 'Подтвердить сверку' }).click();
        await expect(state(partner)).toHaveText('Ждёт правообладателя');
        await expect(partner.getByRole('button', { name: 'Подтвердить сверку' })).toHaveCount(0);
        await dispute(vendor, '   ');
        await expect(vendor.getByText('Заполните это поле')).toBeVisible();
        await expect(vendor.getByLabel('Что не так')).toHaveAttribute('aria-invalid', 'true');
        await fits(vendor);
        await vendor.reload();
        await dispute(partner, 'Дата <b>не та</b>.');
        await expect(state(partner)).toHaveText('Разногласие');
        await expect(partner.getByText('Дата <b>не та</b>.')).toBeVisible();
        await expect(partner.getByRole('button', { name: 'Подтвердить сверку' })).toBeVisible();
        await vendor.goto('/reconciliations');
        await expect(vendor.getByRole('row', { name: /октябрь 2026/ })).toContainText('Разногласие');
        await vendor.getByRole('link', { name: 'октябрь 2026' }).click();
        await vendor.getByRole('button', { name: 'Подтвердить сверку' }).click();
        await expect(state(vendor), 'one side alone agrees on nothing').toHaveText('Разногласие');
        await expect(vendor.getByRole('link', { name: /Счёт/ })).toHaveCount(0);
    });

    test('what both have confirmed neither can change, nor confirm again into a second invoice', async ({ browser, page, desk }) => {
        const [partner, vendor] = [await as(browser, page, desk.url, PARTNER), await as(browser, page, desk.url, VENDOR)];
        for (const side of [partner, vendor]) await side.goto(OPEN);
        const digest = await partner.locator('input[name=digest]').inputValue();
        await partner.getByRole('button', { name: 'Подтвердить сверку' }).click();
        await expect(partner.getByRole('status')).toHaveText('Вы подтвердили. Ждём другую сторону.');
        const late = await vendor.context().newPage();
        await late.goto(OPEN);
        await vendor.getByRole('button', { name: 'Подтвердить сверку' }).click();
        await expect(vendor.getByRole('status')).toContainText('Обе стороны подтвердили сверку.');
        // A second page still has its forms.
        await dispute(late, 'Передумали.');
        await expect(late.getByRole('alert')).toContainText('Обе стороны уже подтвердили эту сверку.');
        await expect(state(late)).toHaveText('Подтверждена');
        await fits(late);

        await partner.goto('/orders');
        const orders = await partner.getByRole('table', { name: 'Заказы' }).locator('tbody').getByRole('row').count();
        for (const side of [partner, vendor]) {
            await side.goto(OPEN);
            await expect(side.getByRole('button', { name: /Подтвердить|разногласии/ })).toHaveCount(0);
            await expect(side.getByText('Разногласие', { exact: true })).toHaveCount(0);
            const month = { contract: '1', month: '2026-10' };
            expect((await post(side, 'dispute_reconciliation', { ...month, remark: 'Передумали.' })).status()).toBe(409);
            expect((await post(side, 'confirm_reconciliation', { ...month, digest: 'other' })).status()).toBe(409);
            await post(side, 'confirm_reconciliation', { ...month, digest });
            await side.reload();
            await expect(state(side)).toHaveText('Подтверждена');
            await expect(side.getByText('Передумали.')).toHaveCount(0);
            await side.goto(AGREED);
            await expect(side.getByRole('status')).toContainText('Обе стороны подтвердили сверку.');
            await expect(side.getByRole('button', { name: /Подтвердить|разногласии/ })).toHaveCount(0);
        }
        await partner.goto('/orders');
        await expect(partner.getByRole('table', { name: 'Заказы' }).locator('tbody').getByRole('row')).toHaveCount(orders);
    });

    test('a month that runs, one without connections and somebody else’s have no reconciliation', async ({ browser, page, desk }) => {
        const [partner, customer] = [await as(browser, page, desk.url, PARTNER), await as(browser, page, desk.url, EMAIL)];
        // Something is connected in the month that runs.
        await partner.goto('/partner/applications?state=sent&customer=1');
        await partner.getByRole('row', { name: /увеличение/ }).getByRole('link').click();
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
        await partner.goto('/reconciliations');
        const months = partner.getByRole('table', { name: 'Сверки' }).locator('tbody').getByRole('row');
        await expect(months).toContainText(['октябрь 2026', 'сентябрь 2026']);
        await expect(months).toHaveCount(2);
        for (const month of ['2026-11', '2026-08', '2026-12', '2026-13']) {
            expect((await partner.goto(`/reconciliations/1/${month}`))!.status(), month).toBe(404);
            await expect(partner.getByText('Такой сверки нет, или она Вам недоступна.')).toBeVisible();
            expect((await partner.request.get(`/reconciliations/1/${month}/lines.csv`)).status(), month).toBe(404);
        }
        expect((await post(partner, 'confirm_reconciliation', { contract: '1', month: '2026-11', digest: '' })).status()).toBe(404);
        await fits(partner);
        await customer.goto('/reconciliations');
        await expect(customer.getByRole('heading', { name: 'Договоров пока нет' })).toBeVisible();
        await fits(customer);
        expect((await customer.goto(OPEN))!.status()).toBe(404);
        expect((await customer.request.get(`${OPEN}/lines.csv`)).status()).toBe(404);
    });
}
