// What is tested of «Управление лицензиями» on the desk and by touch alike: every sentence of its description.
import { Manage } from './manage';
import { FREE } from './people';
import { expect, shot, test } from './server';
import { check } from './axe';

const plain = (name: string) => name.replaceAll('\u00a0', ' ');

/** Who holds «Офис Базовый», «Офис Профи» and «Видеосвязь» in the demo, by its search. */
async function holders(people: import('./people').People, product: string) {
    await people.open('?sort=name&dir=desc&size=100');
    const rows = people.rows.filter({ hasText: product });
    return rows.locator('td.name').allTextContents();
}

export function managing() {
    test('several products are given to several people, and put back', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        // The selected are in a box on top, in the order of the table; each product says how many are available.
        expect(await manage.names()).toEqual([FREE[0], FREE[1]]);
        await expect(manage.row('Почта').locator('.available')).toContainText('12');
        await expect(manage.box('Почта')).not.toBeChecked();
        await expect(manage.save).toBeDisabled();
        await manage.box('Почта').click();
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 2');
        await manage.box('Видеосвязь').click();
        await expect(manage.state('Видеосвязь')).toHaveText('будет у всех: получат 2');
        await expect(manage.happens).toContainText('Изменятся2');
        await shot(people.page, 'manage');
        await check(people.page, 'manage');
        await people.page.getByRole('button', { name: 'Сохранить (2)' }).click();
        // The report: the people with their new licences.
        await expect(people.page).toHaveURL(/\/operations\/\d+$/);
        await expect(people.page.getByRole('heading', { name: 'Лицензии обновлены' })).toBeVisible();
        const done = people.page.getByRole('table', { name: 'Успешно (2)' }).locator('tbody').getByRole('row');
        await expect(done).toHaveCount(2);
        await expect(done.first()).toContainText('Почта: выдано (все планы)');
        await expect(done.first()).toContainText('Видеосвязь: выдано (все планы)');
        await shot(people.page, 'managed');
        await check(people.page, 'managed');
        await people.page.getByRole('button', { name: 'Вернуть как было' }).click();
        await expect(people.page.getByRole('heading', { name: 'Лицензии возвращены' })).toBeVisible();
        await people.open('?tab=candidate');
        await expect(people.row(FREE[0]).locator('.licence')).not.toContainText('Почта');
    });

    test('a box is full, mixed or empty, and goes round', async ({ people }) => {
        const [holder] = await holders(people, 'Почта');
        await people.box(holder!).check();
        await people.search.fill('герас');
        await people.box(FREE[0]).check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (2)' }).click();
        const manage = new Manage(people.page);
        const box = manage.box('Почта');
        await expect(box).toBeChecked({ indeterminate: true });
        await expect(manage.row('Почта').locator('.assigned')).toContainText('1 из 2');
        // «Назначено» opens the list of the selected who hold it.
        await manage.row('Почта').locator('.assigned summary').click();
        await expect(manage.row('Почта').getByRole('list', { name: 'У кого из выбранных есть' })).toHaveText(holder!);
        await people.page.keyboard.press('Escape');
        await expect(manage.row('Почта').getByRole('list', { name: 'У кого из выбранных есть' })).toBeHidden();
        await box.click();
        await expect(manage.state('Почта')).toHaveText('будет у всех: получат 1');
        await expect(box).toBeChecked();
        await box.click();
        await expect(manage.state('Почта')).toContainText('не будет ни у кого: лишатся 1');
        await expect(box).toBeChecked({ checked: false });
        await box.click();
        await expect(manage.state('Почта')).toHaveText('без изменений');
        await expect(box).toBeChecked({ indeterminate: true });
        await expect(box).toBeFocused();
    });

    test('what cannot go together is said beside the box, with what would mend it', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        await manage.box('Видеосвязь').click();
        await expect(manage.row('Видеосвязь').locator('.conflicts')).toContainText('Сначала нужен «Почта», без него останутся: 2. Отметьте и «Почта».');
        await expect(manage.save).toBeDisabled();
        await manage.box('Почта').click();
        await expect(manage.row('Видеосвязь').locator('.conflicts')).toHaveCount(0);
        await manage.box('Офис Базовый').click();
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Базовый').locator('.conflicts')).toContainText('Нельзя вместе с «Офис Профи». Снимите одну из отметок');
        await shot(people.page, 'manage-conflict');
        await check(people.page, 'manage, conflict');
    });

    test('where none is left more can be bought, as many as are missing', async ({ people }) => {
        const manage = await Manage.of(people, '?tab=candidate', FREE[0], FREE[1]);
        await expect(manage.row('Офис Профи').getByRole('link', { name: 'Купить ещё: Офис Профи' })).toBeVisible();
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Профи').locator('.available')).toContainText('не хватает 2');
        await expect(manage.save).toBeDisabled();
        await manage.row('Офис Профи').getByRole('link', { name: 'Купить ещё: Офис Профи' }).click();
        await expect(people.page).toHaveURL(/\/orders\/new\?product=\d+&seats=2$/);
        await expect(people.page.getByRole('textbox', { name: 'Офис Профи' })).toHaveValue('2');
    });

    test('service plans are chosen, and changed for those who hold it', async ({ people }) => {
        let manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await manage.box('Почта').click();
        await manage.row('Почта').getByText('Просмотреть планы обслуживания').click();
        await manage.row('Почта').getByRole('checkbox', { name: 'Календарь' }).uncheck();
        await expect(manage.row('Почта').getByText('2 из 3')).toBeVisible();
        await expect(manage.row('Почта').getByRole('checkbox', { name: 'Контакты' })).toBeVisible();
        await manage.save.click();
        const done = people.page.getByRole('table', { name: 'Успешно (1)' });
        await expect(done).toContainText('Почта: выдано (Почтовый ящик, Контакты)');
        manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await expect(manage.box('Почта')).toBeChecked();
        await manage.row('Почта').getByText('Просмотреть планы обслуживания').click();
        await manage.row('Почта').getByRole('checkbox', { name: 'Календарь' }).check();
        await expect(manage.state('Почта')).toHaveText('изменить планы: сменят планы 1');
        await manage.save.click();
        await expect(people.page.getByRole('table', { name: 'Успешно (1)' })).toContainText('Почта: планы изменены (все планы)');
    });

    test('every error is listed, and what failed is tried again', async ({ people }) => {
        const [holder] = await holders(people, 'Офис Профи');
        await people.box(holder!).check();
        await people.search.fill('герас');
        await people.box(FREE[0]).check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (2)' }).click();
        let manage = new Manage(people.page);
        await manage.box('Офис Базовый').click();
        await expect(manage.happens.getByText('Останутся без изменений: 1')).toBeVisible();
        await manage.save.click();
        await expect(people.page.getByRole('heading', { name: 'Лицензии обновлены, но не для всех' })).toBeVisible();
        const errors = people.page.getByRole('table', { name: 'Не удалось (1)' }).locator('tbody').getByRole('row');
        await expect(errors).toContainText('«Офис Базовый»: нельзя вместе с «Офис Профи»');
        await check(people.page, 'managed, with errors');
        await people.page.getByRole('button', { name: 'Повторить неудавшиеся' }).click();
        manage = new Manage(people.page);
        expect(await manage.names()).toEqual([plain(holder!)]);
        await expect(manage.box('Офис Базовый')).toBeChecked();
        await manage.box('Офис Профи').click();
        await expect(manage.row('Офис Базовый').locator('.conflicts')).toHaveCount(0);
        await manage.save.click();
        await expect(people.page.getByRole('heading', { name: 'Лицензии обновлены', exact: true })).toBeVisible();
    });

    test('licences are revoked by clearing the box', async ({ people }) => {
        const [holder] = await holders(people, 'Видеосвязь');
        await people.box(holder!).check();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (1)' }).click();
        const manage = new Manage(people.page);
        await expect(manage.box('Почта')).toBeChecked();
        await manage.box('Почта').click();
        // What needs it falls with it, and that is said before.
        await expect(manage.state('Видеосвязь')).toContainText('лишатся вместе с тем, без чего он не работает 1');
        await manage.save.click();
        await expect(people.page.getByRole('table', { name: 'Успешно (1)' })).toContainText('Видеосвязь: отозвано');
    });

    test('the selection is walked through and narrowed', async ({ people }) => {
        await people.open('?sort=email&size=50');
        if (await people.pageBox.isVisible()) {
            await people.pageBox.check();
        } else {
            await people.rows.first().click();
            await people.button('Вся страница').click();
        }
        await expect(people.size).toHaveText(/^Выбрано 50/, { useInnerText: true });
        const order = await people.names.allTextContents();
        await people.bar.getByRole('button', { name: 'Управление лицензиями (50)' }).click();
        const manage = new Manage(people.page);
        const page = (name: string) => manage.selected.getByRole('button', { name, exact: true });
        expect(await manage.names()).toEqual(order.slice(0, 25).map(plain));
        await expect(page('Первый')).toBeDisabled();
        await manage.box('Почта').click();
        await expect(manage.state('Почта')).toContainText('получат');
        await page('Далее').click();
        await expect(manage.selected.getByText('Страница 2 из 2')).toBeVisible();
        expect(await manage.names()).toEqual(order.slice(25).map(plain));
        await expect(manage.box('Почта'), 'what was ticked stays').toBeChecked();
        await page('Назад').click();
        await expect(manage.selected.getByText('Страница 1 из 2')).toBeVisible();
        await page('Последний').click();
        await expect(manage.selected.getByText('Страница 2 из 2')).toBeVisible();
        await page('Первый').click();
        await expect(manage.selected.getByText('Страница 1 из 2')).toBeVisible();
        for (const name of order.slice(0, 2)) await manage.selected.getByRole('checkbox', { name, exact: true }).first().check();
        await page('Убрать отмеченных').click();
        await expect(manage.selected.getByRole('heading')).toHaveText('Выбранные пользователи (48)');
        await expect(manage.box('Почта')).toBeChecked();
    });

    test('where the people are decides what they may have', async ({ people }) => {
        const { page } = people;
        const manage = await Manage.of(people, '?tab=candidate', FREE[0]);
        await expect(manage.row('Архив')).toContainText('Только: Ленинградская область, Московская область, Москва, Санкт-Петербург');
        await manage.box('Архив').click();
        await expect(manage.state('Архив')).toContainText('получат 1');
        await page.getByRole('button', { name: 'Регион…' }).click();
        await page.getByRole('combobox', { name: 'Регион' }).selectOption('16');
        await check(page, 'region');
        await page.getByRole('button', { name: 'Сохранить (1)' }).click();
        await expect(manage.row('Архив').locator('.conflicts')).toContainText('Недоступен в регионе пользователей: 1. Измените регион');
        await expect(manage.save).toBeDisabled();
    });
}
