// «Заявления» and «Сверки»: a customer, its partner and the vendor, each in a browser of their own.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { PARTNER } from './partner';
import { pay } from './payments';
import { as, expect, shot, test } from './server';
import { fits } from './touch';

const SECOND = 'manager@servis.example';
export const VENDOR = 'vendor@licentia.example';
export const MODE = 'Многопользовательский режим';

export const chip = (page: Page, text: string) => page.locator('.chip', { hasText: new RegExp(`^${text}$`) });
export const owners = (page: Page) => page.getByRole('table', { name: 'Владельцы КЭП' });

/** The same on the desk and on the phone. */
export function checkApplications() {
    test('an application is sent, processed with another size, and told on the card', async ({ browser, page, desk }) => {
        const customer = await as(browser, page, desk.url, 'admin@k007.example');
        // On a phone the sections are in the menu.
        const menu = customer.getByRole('button', { name: 'Меню' });
        if (await menu.isVisible()) await menu.click();
        await customer.getByRole('link', { name: 'Заявления' }).click();
        await customer.getByRole('link', { name: 'Новое заявление' }).click();
        await fits(customer);
        await customer.getByRole('link', { name: `Подключить: ${MODE}` }).click();
        await expect(customer.getByLabel(`${MODE}: Включен`)).toBeChecked();
        const owner = (place: number) => customer.getByRole('group', { name: `Владелец ${place}`, exact: true });
        await owner(1).getByLabel('Фамилия, имя, отчество').fill('Белкина Вера');
        await owner(1).getByLabel('подписание').check();
        await owner(1).getByLabel('шифрование').check();
        await owner(2).getByLabel('Фамилия, имя, отчество').fill('Зайцев Олег');
        await customer.getByLabel('Прочие сведения').fill('В базе двое.\nПозвоните после обеда.');
        await customer.getByLabel('Акция').selectOption({ label: '«Добро пожаловать!» — не действует на расширение' });
        // What was typed stays when a row is added, and when something is missing.
        await customer.getByRole('button', { name: 'Ещё строку' }).click();
        await expect(owner(4)).toBeVisible();
        await expect(owner(1).getByLabel('шифрование')).toBeChecked();
        await customer.getByRole('button', { name: 'Отправить заявление' }).click();
        await expect(owner(2)).toContainText('Отметьте хотя бы одну роль');
        await fits(customer);
        await shot(customer, 'application-form');
        await owner(2).getByLabel('администрирование').check();
        // Enter sends it, and adds no row.
        await owner(2).getByLabel('Фамилия, имя, отчество').press('Enter');
        await expect(customer.getByRole('status')).toContainText('Заявление отправлено');
        await expect(owners(customer).getByRole('row', { name: /Белкина Вера/ })).toContainText('подписание, шифрование');
        await fits(customer);
        const number = (await customer.getByRole('heading', { level: 1 }).innerText()).replace('Заявление ', '');
        await customer.goto('/applications/new');
        await expect(customer.getByRole('link', { name: `Заявление ждёт партнёра: ${number}` })).toBeVisible();

        // The partner finds it where it needs attention, and in the queue.
        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner');
        await expect(partner.getByRole('row', { name: /«Жемчуг»/ })).toContainText('Заявлений ждёт решения: 1');
        await partner.getByRole('navigation', { name: 'Разделы партнёра' }).getByRole('link', { name: 'Заявления' }).click();
        await fits(partner);
        await partner.getByRole('link', { name: number }).click();
        await expect(chip(partner, 'Включен')).toBeVisible();
        await expect(owners(partner).getByRole('row', { name: /Зайцев Олег/ })).toContainText('администрирование');
        await expect(partner.getByText('«Добро пожаловать!»: не действует на расширение')).toBeVisible();
        await expect(partner.getByText('Позвоните после обеда.')).toBeVisible();
        // Of the people nothing can be changed.
        await expect(partner.locator('form input[type=text], form input:not([type])')).toHaveCount(0);
        await expect(partner.getByText('изменить его здесь нельзя')).toBeVisible();
        await partner.getByLabel('10 и более').check();
        await fits(partner);
        await shot(partner, 'application');
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
        await expect(partner.getByText(/^6.300,00.₽$/)).toBeVisible();

        // On the card of the organisation, under «Продукты».
        await partner.goto(`/partner/customers?q=${encodeURIComponent('Жемчуг')}`);
        await partner.getByRole('link', { name: /«Жемчуг»$/ }).first().click();
        await partner.getByRole('link', { name: 'Продукты' }).click();
        const mode = partner.getByRole('table', { name: 'Расширения' }).getByRole('row', { name: new RegExp(MODE) });
        await expect(mode).toContainText('включён с 21.11.2026');
        await expect(mode).toContainText('10 и более');
        await expect(mode).toContainText('0, без ограничения');
        await shot(partner, 'card-products');

        await customer.goto('/applications');
        await customer.getByRole('link', { name: number }).click();
        await expect(chip(customer, 'Обработано')).toBeVisible();
        await expect(customer.getByText('Исправлено партнёром')).toBeVisible();
        await customer.goto('/licenses');
        await expect(customer.getByRole('table', { name: 'Расширения' })).toContainText('включён с 21.11.2026');
        await customer.goto('/log');
        await expect(customer.getByRole('row', { name: /Заявление обработано/ })).toContainText('Орлова Нина (ООО «Кадры-Сервис»)');
    });

    test('a wrong option is set, and the second partner sees that the application changed', async ({ browser, page, desk }) => {
        const [one, two] = [await as(browser, page, desk.url, PARTNER), await as(browser, page, desk.url, SECOND)];
        for (const partner of [one, two]) {
            await partner.goto('/partner/applications?state=sent');
            await partner.getByRole('row', { name: /«Берег»/ }).getByRole('link').click();
            await expect(chip(partner, 'Выключен')).toBeVisible();
        }
        await one.getByRole('checkbox', { name: MODE }).check();
        await one.getByRole('button', { name: 'Сохранить исправления' }).click();
        await expect(one.getByRole('status')).toHaveText('Исправления сохранены, заявление ещё не обработано.');
        await expect(one.getByText('Включен, от 2 до 9')).toBeVisible();

        // The other one still has the former version before them.
        await two.getByText('Отклонить').first().click();
        await two.getByLabel('Причина отказа').fill('Режим не просили.');
        await two.getByRole('button', { name: 'Отклонить' }).click();
        await expect(two.getByRole('alert')).toContainText('Заявление изменилось, пока Вы его смотрели.');
        await expect(two.getByText('Сейчас в заявлении: Включен, от 2 до 9')).toBeVisible();
        await expect(two.getByLabel('Причина отказа')).toHaveValue('Режим не просили.');
        await fits(two);
        await shot(two, 'application-changed');
        await one.getByRole('checkbox', { name: MODE }).uncheck();
        await one.getByRole('button', { name: 'Обработать' }).click();
        await expect(one.getByRole('status')).toHaveText('Обработано без подключения: режим не включён.');
        // Now it is settled, and what was typed is still there to be read.
        await two.getByRole('button', { name: 'Отклонить' }).click();
        await expect(two.getByRole('alert')).toContainText('Заявление уже обработано');
        await expect(two.getByText('Режим не просили.')).toBeVisible();
        await expect(two.getByRole('button', { name: 'Обработать' })).toHaveCount(0);
    });

    test('growing to 10 and more is an application of its own; one is declined, and one withdrawn', async ({ browser, page, admin, desk }) => {
        await admin.goto('/licenses');
        const mode = admin.getByRole('table', { name: 'Расширения' }).getByRole('row', { name: new RegExp(MODE) });
        await expect(mode).toContainText('0 из 9');
        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner/applications?state=sent&customer=1');
        await partner.getByRole('row', { name: /увеличение/ }).getByRole('link').click();
        // No smaller size, and only the difference is paid.
        await expect(partner.getByRole('radio')).toHaveCount(1);
        await expect(partner.getByText(/доплата 6.000,00.₽/)).toBeVisible();
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByText(/^4.200,00.₽$/)).toBeVisible();
        await admin.reload();
        await expect(mode).toContainText('0, без ограничения');
        await expect(mode).toContainText('увеличен 21.11.2026');
        await admin.goto('/applications/new');
        await expect(admin.getByText('Подключён самый большой вид.')).toBeVisible();

        const [customer, other] = [
            await as(browser, page, desk.url, 'admin@k003.example'),
            await as(browser, page, desk.url, 'admin@sever.example'),
        ];
        await customer.goto('/applications');
        await customer.getByRole('row', { name: /Отклонено/ }).getByRole('link').click();
        await expect(customer.getByText('Отчётность сдаёт один сотрудник')).toBeVisible();
        await other.goto('/applications');
        await other.getByRole('row', { name: /Отправлено/ }).getByRole('link').click();
        await other.getByRole('button', { name: 'Отозвать заявление' }).click();
        await expect(other.getByRole('status')).toContainText('Заявление отозвано.');
        await partner.goto('/partner/applications?state=sent&customer=2');
        await expect(partner.getByRole('heading', { name: 'Таких заявлений нет' })).toBeVisible();
    });

    test('a month is agreed on by both sides, invoiced and paid, and makes no stock', async ({ browser, page, desk }) => {
        const [partner, vendor] = [await as(browser, page, desk.url, PARTNER), await as(browser, page, desk.url, VENDOR)];
        await partner.goto('/partner');
        await partner.getByRole('navigation', { name: 'Разделы партнёра' }).getByRole('link', { name: 'Сверки' }).click();
        await expect(partner.getByRole('row', { name: /сентябрь 2026/ })).toContainText('Подтверждена');
        await fits(partner);
        await partner.getByRole('link', { name: 'октябрь 2026' }).click();
        const lines = partner.getByRole('table', { name: 'Подключения' });
        // The excluded promotion does nothing; the other one and the contract's discount do.
        await expect(lines.getByRole('row', { name: /«Ромашка»/ })).toContainText('«Добро пожаловать!»: не действует на расширение');
        await expect(lines.getByRole('row', { name: /«Ромашка»/ })).toContainText(/2.100,00.₽/);
        await expect(lines.getByRole('row', { name: /«Евразия»/ })).toContainText(/5.670,00.₽/);
        await fits(partner);
        await shot(partner, 'reconciliation');
        const [file] = await Promise.all([partner.waitForEvent('download'), partner.getByRole('link', { name: 'Скачать CSV' }).click()]);
        const text = await readFile(await file.path(), 'utf8');
        expect(text).toMatch(/^\uFEFFДата;Клиент;Заявление;/);
        expect(text).toContain('Итого;;;;;;;;7770,00\r\n');
        await partner.getByRole('button', { name: 'Подтвердить сверку' }).click();
        await expect(partner.getByRole('status')).toHaveText('Вы подтвердили. Ждём другую сторону.');

        await vendor.goto('/orders');
        await vendor.getByRole('link', { name: 'Сверки' }).click();
        await vendor.getByRole('link', { name: 'октябрь 2026' }).click();
        await vendor.getByText('Разногласие', { exact: true }).click();
        await vendor.getByLabel('Что не так').fill('Проверьте дату «Евразии».');
        await fits(vendor);
        await vendor.getByRole('button', { name: 'Сообщить о разногласии' }).click();
        await partner.reload();
        await expect(partner.getByText('Проверьте дату «Евразии».')).toBeVisible();
        await shot(partner, 'reconciliation-disputed');
        await vendor.getByRole('button', { name: 'Подтвердить сверку' }).click();
        await expect(vendor.getByRole('status')).toContainText('Обе стороны подтвердили сверку.');
        await partner.reload();
        await partner.getByRole('link', { name: /^Счёт Л-/ }).click();
        const number = (await partner.getByRole('heading', { level: 1 }).innerText()).replace('Заказ ', '');
        await expect(partner.getByText('Счёт по сверке.')).toBeVisible();
        await expect(partner.getByText(/^7.770,00.₽$/).first()).toBeVisible();
        await fits(partner);
        await partner.goto('/licenses');
        const before = await partner.getByRole('table', { name: 'Лицензии' }).getByRole('row').count();
        await pay(desk.url, number, '7770.00', 'r1');
        await partner.reload();
        await expect(partner.getByRole('table', { name: 'Лицензии' }).getByRole('row')).toHaveCount(before);
        await partner.goto('/orders');
        await expect(partner.getByRole('row', { name: number })).toContainText('Оплачен');
    });

    test('whoever is not let in any more finds nothing, and the customer is told that its application waits in vain', async ({ browser, page, admin, desk }) => {
        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner/applications?customer=1');
        const there = await partner.getByRole('row', { name: /увеличение/ }).getByRole('link').getAttribute('href');
        await admin.goto('/admin/partners');
        await admin.getByRole('link', { name: 'ООО «Кадры-Сервис»' }).click();
        await admin.getByRole('link', { name: 'Отозвать доступ' }).click();
        await admin.getByRole('button', { name: 'Отозвать доступ' }).click();
        await expect(admin.getByRole('status')).toHaveText('Доступ партнёра отозван.');
        expect((await partner.goto(there!))!.status()).toBe(404);
        await expect(partner.getByText('Такого заявления нет, или оно Вам недоступно.')).toBeVisible();
        await partner.goto('/partner/applications');
        await expect(partner.getByRole('row', { name: /«Ромашка»/ })).toHaveCount(0);
        await expect(partner.getByRole('row', { name: /«Север»/ })).toHaveCount(1);

        const vain = 'Партнёр больше не имеет доступа и заявление не увидит. Отзовите его и отправьте другому партнёру.';
        await admin.goto('/applications');
        await expect(admin.getByRole('row', { name: /увеличение/ })).toContainText(vain);
        await expect(admin.getByText(vain)).toHaveCount(1);
        await fits(admin);
        await shot(admin, 'applications-in-vain');
        await admin.goto('/applications/new');
        await expect(admin.getByRole('heading', { name: 'Заявление отправить некому' })).toBeVisible();
        await expect(admin.getByText(vain)).toBeVisible();
        await fits(admin);
        await shot(admin, 'application-new-in-vain');
        await admin.getByRole('link', { name: /^Заявление З-/ }).click();
        await expect(admin.getByText(vain)).toBeVisible();
        await expect(admin.getByText('О решении придёт письмо.')).toHaveCount(0);
        await fits(admin);
        await shot(admin, 'application-in-vain');
        await admin.getByRole('button', { name: 'Отозвать заявление' }).click();
        await expect(admin.getByRole('status')).toContainText('Заявление отозвано.');
        await expect(admin.getByText(vain)).toHaveCount(0);
        await admin.goto('/applications/new');
        await expect(admin.getByText(vain)).toHaveCount(0);
    });

    test('how many hold an extension is not told to a partner from whom the customer hides its stock', async ({ browser, page, admin, desk }) => {
        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto('/partner/applications?state=sent&customer=1');
        await partner.getByRole('row', { name: /увеличение/ }).getByRole('link').click();
        await expect(partner.getByText('от 2 до 9, занято 0 из 9')).toBeVisible();
        await admin.goto('/admin/partners');
        await admin.getByRole('link', { name: 'ООО «Кадры-Сервис»' }).click();
        for (const right of await admin.getByRole('group', { name: 'Что разрешено' }).getByRole('checkbox').all()) await right.uncheck();
        await admin.getByLabel('Смотреть пользователей, задачи и операции').check();
        await admin.getByRole('button', { name: 'Сохранить' }).click();
        await expect(admin.getByRole('status')).toHaveText('Доступ партнёра сохранён.');
        await partner.reload();
        await expect(partner.getByText('от 2 до 9', { exact: true }).first()).toBeVisible();
        await expect(partner.getByText('занято')).toHaveCount(0);
        await shot(partner, 'application-without-stock');
        // It is settled all the same.
        await partner.getByRole('button', { name: 'Обработать' }).click();
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
    });
}
