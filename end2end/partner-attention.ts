// What the dashboard says of customers, and where that leads.
import type { Browser, Page } from '@playwright/test';
import { asPartner, atCustomer, notice } from './partner';
import { FREE, HOLDERS, People, SHORTAGE } from './people';
import { EMAIL, as, expect, shot, test } from './server';

const attention = (page: Page) => page.getByRole('table', { name: 'Требует внимания' });

/** What the dashboard says of a customer, on the phone too. */
const of = (page: Page, customer: string) => attention(page).getByRole('row').filter({ has: page.getByRole('link', { name: customer, exact: true }) });

/** The customer's own people, in a browser of their own. */
async function atHome(browser: Browser, page: Page, url: string) {
    const people = new People(await as(browser, page, url, EMAIL));
    await people.open();
    return people;
}

/** The same on the desk and on the phone. */
export function checkAttention() {
    test('an operation that failed is on the dashboard with its reason, leads to its report at the customer’s desk, and back', async ({ page, browser, desk }) => {
        const home = await atHome(browser, page, desk.url);
        await asPartner(page);
        await expect(of(page, 'ООО «Ромашка»').filter({ hasText: 'не выполнен' })).toHaveCount(0);
        const people = await atCustomer(page, 'Ромашка');
        await people.pick(FREE[0]);
        await people.openIssue();
        await people.option('WE12Qmxx').check();
        await expect(people.send).toBeEnabled();
        // Meanwhile somebody at the customer's takes the last seat of it.
        await home.issue('WE12Qmxx', FREE[1]);
        await people.send.click();
        await expect(people.problem).toHaveText(SHORTAGE);

        await page.goto('/partner');
        const failed = of(page, 'ООО «Ромашка»').getByRole('link', { name: /^Выдача лицензий № \d+ не выполнена: / });
        await expect(failed).toHaveCount(1);
        await expect(failed).toContainText(SHORTAGE);
        await shot(page, 'dashboard-failed');
        // On the card and in the list likewise.
        await page.goto('/partner/customers/1');
        await expect(page.getByRole('link', { name: /^Выдача лицензий № \d+ не выполнена: / })).toBeVisible();
        await page.goto('/partner');
        await failed.click();
        await expect(page).toHaveURL(/\/for\/1\/operations\/\d+$/);
        await expect(notice(page)).toContainText('ООО «Ромашка»');
        await expect(page.getByText('Не выполнена', { exact: true })).toBeVisible();
        await expect(page.getByRole('alert')).toContainText(SHORTAGE);
        await expect(page.getByRole('alert')).toContainText('Ничего не изменилось.');
        await expect(page.getByText('Орлова Нина (ООО «Кадры-Сервис»)')).toBeVisible();
        await page.getByRole('alert').getByRole('link', { name: 'К пользователям' }).click();
        await expect(page).toHaveURL('/for/1/users');
        await page.goBack();
        await notice(page).getByRole('button', { name: 'К клиентам' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Клиенты');
        await home.page.context().close();
    });

    test('an operation that failed because people changed says so, of whoever began it', async ({ page, browser, desk }) => {
        const home = await atHome(browser, page, desk.url);
        await asPartner(page);
        const people = await atCustomer(page, 'Ромашка');
        await home.pick(...HOLDERS);
        await home.openRevoke();
        await expect(home.dialog.getByText('Останутся без изменений')).toHaveCount(0);
        await people.revoke(HOLDERS[0]);
        await home.dialog.getByRole('button', { name: 'Отозвать лицензию' }).click();
        await expect(home.problem).toContainText('Пока Вы смотрели');
        await page.goto('/partner');
        const failed = of(page, 'ООО «Ромашка»').getByRole('link', { name: /^Отзыв лицензий № \d+/ });
        await expect(failed).toContainText('Пока Вы смотрели, данные изменились');
        // «Отзыв» is masculine.
        await expect.soft(failed).not.toContainText('не выполнена');
        await failed.click();
        await expect(notice(page)).toContainText('ООО «Ромашка»');
        await expect(page.getByText('Администратор', { exact: true }).first()).toBeVisible();
        await home.page.context().close();
    });

    test('stock that runs out, terms that end and applications that wait lead to where something is done about them', async ({ page }) => {
        await asPartner(page);
        const follow = async (customer: string, said: RegExp, heading: string, there: RegExp) => {
            await page.goto('/partner');
            await of(page, customer).getByRole('link', { name: said }).click();
            await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
            await expect(page).toHaveURL(there);
            if (there.source.includes('for')) await expect(notice(page)).toContainText(customer);
        };
        await follow('ООО «Гранит»', /^ПЭП: свободных лицензий нет, выданы все \d+$/, 'Новый заказ', /\/for\/\d+\/orders\/new\?product=\d+&seats=1$/);
        await expect(page.getByRole('textbox', { name: 'ПЭП', exact: true })).toHaveValue('1');
        await follow('ООО «Фрегат»', /^ПЭП: осталось 1 из \d+$/, 'Новый заказ', /\/for\/\d+\/orders\/new\?product=\d+&seats=1$/);
        // An extension cannot be ordered: the card tells what it is.
        await follow('ООО «Дельта»', /^Многопользовательский режим: свободных лицензий нет, выданы все 9$/, 'ООО «Дельта»', /\/partner\/customers\/\d+\?tab=products$/);
        await expect(page.getByRole('table', { name: 'Расширения' })).toContainText('9 из 9');
        await follow('ООО «Заря»', /^ПЭП: срок \d+ выданных лицензий заканчивается 12\.12\.2026$/, 'Продлить', /\/for\/\d+\/licenses\/renew$/);
        // One who may not order looks at the stock.
        await follow('ООО «Нева-Строй»', /^ПЭП: свободных лицензий нет/, 'Лицензии', /\/for\/\d+\/licenses$/);
        await follow('ООО «Берег»', /^Заявлений ждёт решения: 1$/, 'Заявления', /\/partner\/applications\?customer=\d+&state=sent$/);
        await expect(page.getByRole('table', { name: 'Заявления' }).locator('tbody').getByRole('row')).toContainText([/«Берег»/]);
        // What waits comes first, what failed next, and then what is used up.
        await page.goto('/partner');
        const lines = await attention(page).locator('tbody').getByRole('row').locator('a:not([href^="/partner/customers"])').allTextContents();
        const ranks = lines.map(line => [/^Заявлений/, /не выполнен/, /лицензий нет/, /заканчивается/, /осталось/].findIndex(said => said.test(line)));
        expect(ranks).not.toContain(-1);
        expect(ranks).toEqual([...ranks].sort());
    });

    test('an application that is settled waits no more, and stock that the customer hides is not told of', async ({ page, browser, desk }) => {
        const customer = await as(browser, page, desk.url, 'admin@k004.example');
        await asPartner(page);
        await expect(of(page, 'ООО «Гранит»')).toContainText('свободных лицензий нет');
        await customer.goto('/admin/partners');
        await customer.getByRole('link', { name: 'ООО «Кадры-Сервис»' }).click();
        for (const right of await customer.getByRole('group', { name: 'Что разрешено' }).getByRole('checkbox').all()) await right.uncheck();
        await customer.getByLabel('Смотреть пользователей, задачи и операции').check();
        await customer.getByRole('button', { name: 'Сохранить' }).click();
        await expect(customer.getByRole('status')).toHaveText('Доступ партнёра сохранён.');
        await page.reload();
        await expect(of(page, 'ООО «Гранит»')).toHaveCount(0);
        await page.goto(`/partner/customers?q=${encodeURIComponent('Гранит')}`);
        await page.getByRole('link', { name: 'ООО «Гранит»', exact: true }).click();
        await page.getByRole('link', { name: 'Продукты' }).click();
        await expect(page.getByText('Клиент не разрешил смотреть свои лицензии.')).toBeVisible();

        await page.goto('/partner');
        await of(page, 'ООО «Берег»').getByRole('link', { name: /^Заявлений/ }).click();
        await page.getByRole('row', { name: /Отправлено/ }).getByRole('link').click();
        await page.getByRole('button', { name: 'Обработать' }).click();
        await page.getByRole('link', { name: 'Информационная панель' }).click();
        await expect(of(page, 'ООО «Берег»').filter({ hasText: 'Заявлений ждёт' })).toHaveCount(0);
        await customer.context().close();
    });
}
