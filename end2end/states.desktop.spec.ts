import type { Route } from '@playwright/test';
import { FREE, HOLDERS } from './people';
import { expect, shot, test } from './server';

const UNREACHABLE = 'Нет ответа от сервера. Повторите: что уже сделано, второй раз не сделается.';

/** Holds the answers to requests until it is called. */
function gate() {
    let open = () => {};
    const opened = new Promise<void>(resolve => { open = resolve; });
    return { open, hold: async (route: Route) => { await opened; await route.continue(); } };
}

test('while the table loads its rows stay where they are', async ({ people }) => {
    const { page } = people;
    const { open, hold } = gate();
    await page.route('**/api/directory', hold);
    const before = { rows: await people.names.allTextContents(), table: await people.table.boundingBox() };
    await people.tab('Кандидаты').click();
    await expect(people.table).toHaveAttribute('aria-busy', 'true');
    await expect(people.tab('Кандидаты')).toHaveAttribute('aria-selected', 'true');
    expect(await people.names.allTextContents()).toEqual(before.rows);
    expect(await people.table.boundingBox()).toEqual(before.table);
    await shot(page, 'loading');
    open();
    await expect(people.range('1–50 из 88')).toBeVisible();
    await expect(people.table).not.toHaveAttribute('aria-busy');
    expect((await people.table.boundingBox())?.y).toBe(before.table?.y);
});

test('a late answer does not replace a newer one', async ({ people }) => {
    const { page } = people;
    const { open, hold } = gate();
    let first = true;
    await page.route('**/api/directory', route => {
        if (!first) return route.continue();
        first = false;
        return hold(route);
    });
    await people.tab('Кандидаты').click();
    await people.tab('ИП').click();
    await expect(people.rows).toHaveCount(12);
    const late = page.waitForResponse('**/api/directory');
    open();
    await (await late).finished();
    await expect(people.rows).toHaveCount(12);
    await expect(people.range('1–12 из 12')).toBeVisible();
});

test('a failure has words and «Повторить», and recovers', async ({ people }) => {
    const { page } = people;
    await page.route('**/api/directory', route => route.abort());
    await people.tab('Кандидаты').click();
    const alert = page.getByRole('alert').filter({ hasText: 'Не удалось загрузить' });
    await expect(alert).toContainText(UNREACHABLE);
    await expect(people.rows).toHaveCount(50);
    await shot(page, 'failed');
    await page.unroute('**/api/directory');
    await alert.getByRole('button', { name: 'Повторить' }).click();
    await expect(alert).toBeHidden();
    await expect(people.range('1–50 из 88')).toBeVisible();
});

test('a preview that fails says so in the dialog', async ({ people }) => {
    await people.page.route('**/api/preview', route => route.abort());
    await people.pick(FREE[0]);
    await people.openIssue();
    await expect(people.problem).toHaveText(UNREACHABLE);
    await expect(people.send).toBeDisabled();
});

test('a reply that is lost: pressed again, there is one effect', async ({ people }) => {
    const { page } = people;
    let reached = 0;
    await page.route('**/api/confirm', async route => {
        reached++;
        if (reached > 1) return route.continue();
        await route.fetch();
        await route.abort();
    });
    await people.pick(...FREE);
    await people.openIssue();
    await people.option('hR7_kQ2z').check();
    await people.send.click();
    await expect(people.problem).toHaveText(UNREACHABLE);
    await expect(people.send).toBeEnabled();
    await people.send.click();
    await expect(people.message).toContainText('Лицензии выданы: 3');
    expect(reached).toBe(2);
    await expect(people.stock.getByText('ПЭП 98')).toBeVisible();
    await page.goto('/operations');
    await expect(page.getByRole('row').filter({ hasText: 'ПЭП', has: page.getByRole('cell', { name: '3', exact: true }) })).toHaveCount(1);
});

test('a double click on «Отправить» is one operation', async ({ people }) => {
    const { page } = people;
    let sent = 0;
    page.on('request', request => { if (request.url().endsWith('/api/confirm')) sent++; });
    await people.pick(...FREE);
    await people.openIssue();
    await people.option('hR7_kQ2z').check();
    await people.send.dblclick();
    await expect(people.message).toContainText('Лицензии выданы: 3');
    expect(sent).toBe(1);
    await expect(people.stock.getByText('ПЭП 98')).toBeVisible();
    await page.goto('/operations');
    await expect(page.getByRole('row').filter({ hasText: 'ПЭП', has: page.getByRole('cell', { name: '3', exact: true }) })).toHaveCount(1);
});

test('while a deed is sent its button is busy', async ({ people }) => {
    const { open, hold } = gate();
    await people.page.route('**/api/confirm', hold);
    await people.pick(HOLDERS[0]);
    await people.openRevoke();
    const press = people.dialog.getByRole('button', { name: 'Отозвать лицензию' });
    await press.click();
    await expect(press).toHaveAttribute('aria-busy', 'true');
    open();
    await expect(people.message).toContainText('Лицензии отозваны: 1');
});

test('an address that leads nowhere has words and a way on', async ({ admin }) => {
    const answer = await admin.goto('/nowhere');
    expect(answer?.status()).toBe(404);
    await expect(admin.getByRole('heading', { name: 'Нет такой страницы' })).toBeVisible();
    await shot(admin, 'not-found');
    await admin.getByRole('link', { name: 'К пользователям' }).click();
    await expect(admin).toHaveURL('/users');
});

for (const query of ['', '?tab=candidate&size=100']) {
    test(`nothing moves while /users${query} loads`, async ({ admin }) => {
        await admin.addInitScript(() => {
            const shifts: number[] = [];
            Object.assign(window, { shifts });
            new PerformanceObserver(list => {
                for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
            }).observe({ type: 'layout-shift', buffered: true });
        });
        await admin.goto(`/users${query}`);
        await expect(admin.locator('form.list')).toHaveAttribute('data-hydrated', '');
        await admin.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
        const shifts = await admin.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
        expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThanOrEqual(0.01);
    });
}
