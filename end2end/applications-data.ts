// What the operator changes without a programmer: kinds of extensions, discounts, and what products mean to each other.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { binary } from './licentia.mjs';
import { Manage } from './manage';
import { PARTNER } from './partner';
import { FREE } from './people';
import { as, expect, test, type Desk } from './server';
import { fits, press } from './touch';

/** Has a file of the operator's written, changed, and taken again. */
async function change(desk: Desk, [name, show, take]: [string, string, string], change: (file: any) => void, file: string) {
    const run = (...rest: string[]) => execFileSync(binary, [name, '--database-url', desk.database, ...rest], { encoding: 'utf8' });
    const known = JSON.parse(run(show));
    change(known);
    await writeFile(file, JSON.stringify(known));
    run(take, file);
}

export function checkData() {
    test('a second kind of extension is asked for by its own sizes and roles, at the discount of the contract', async ({ browser, page, desk }, info) => {
        await change(desk, ['catalogue', 'show', 'set'], file => file.extensions.push({
            code: 'power',
            title: 'Доверенности',
            sizes: [
                { code: 'one', title: 'одна', least: 1, most: 1, price: '100.00' },
                { code: 'more', title: 'две и более', least: 2, price: '250.00' },
            ],
            roles: [{ code: 'grants', title: 'доверитель' }, { code: 'acts', title: 'поверенный' }],
        }), info.outputPath('catalogue.json'));
        await change(desk, ['contracts', 'export', 'import'], file => { file.contracts[0].discounts.power = 40; }, info.outputPath('contracts.json'));

        const customer = await as(browser, page, desk.url, 'admin@k007.example');
        await customer.goto('/applications/new');
        await press(customer.getByRole('link', { name: 'Подключить: Доверенности' }));
        const owner = customer.getByRole('group', { name: 'Владелец 1', exact: true });
        await owner.getByLabel('Фамилия, имя, отчество').fill('Белкина Вера');
        await expect(owner.getByRole('checkbox')).toHaveCount(2);
        await owner.getByLabel('поверенный').check();
        await customer.getByLabel('две и более').check();
        await fits(customer);
        await press(customer.getByRole('button', { name: 'Отправить заявление' }));
        await expect(customer.getByRole('status')).toContainText('Заявление отправлено');
        const there = new URL(customer.url()).pathname;

        const partner = await as(browser, page, desk.url, PARTNER);
        await partner.goto(`/partner${there}`);
        await expect(partner.getByRole('row', { name: /Белкина Вера/ })).toContainText('поверенный');
        await press(partner.getByRole('button', { name: 'Обработать' }));
        await expect(partner.getByRole('status')).toHaveText('Заявление обработано');
        // 250 roubles less 40 percent.
        await expect(partner.getByText(/^150,00.₽$/)).toBeVisible();
        await partner.goto(`/partner/customers?q=${encodeURIComponent('Жемчуг')}`);
        await press(partner.getByRole('link', { name: /«Жемчуг»$/ }).first());
        await press(partner.getByRole('link', { name: 'Продукты' }));
        const kinds = partner.getByRole('table', { name: 'Расширения' });
        await expect(kinds.getByRole('row', { name: /Доверенности/ })).toContainText('включён с 21.11.2026');
        await expect(kinds.getByRole('row', { name: /Доверенности/ })).toContainText('две и более');
    });

    test('where a product may be used, and with what, is data: the page and the server keep to it at once', async ({ people, desk }, info) => {
        const office = (file: any, title: string) => file.products.find((product: any) => product.title === title);
        await change(desk, ['catalogue', 'show', 'set'], file => {
            office(file, 'Офис Базовый').regions = ['16'];
            office(file, 'Офис Базовый').requires = [office(file, 'Архив').id];
        }, info.outputPath('catalogue.json'));
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        await expect(manage.row('Офис Базовый')).toContainText('Только вместе с «Архив»');
        await expect(manage.row('Офис Базовый')).toContainText('Только: Республика Татарстан');
        await press(manage.box('Офис Базовый'));
        await expect(manage.conflicts('Офис Базовый')).toHaveText([
            /^Недоступен в регионе пользователей: 2\. Измените регион/,
            'Сначала нужен продукт «Архив», без него останутся: 2. Отметьте и «Архив».',
        ]);
        await expect(manage.save).toBeDisabled();
        // Woken by hand, the button is refused all the same.
        await manage.save.evaluate((button: HTMLButtonElement) => { button.disabled = false; });
        await press(manage.save);
        await expect(people.page.getByRole('alert').first()).toBeVisible();
        await people.open('?tab=candidate');
        for (const name of [FREE[0], FREE[1]]) await expect(people.row(name).locator('.licence')).not.toContainText('Офис');
    });
}
