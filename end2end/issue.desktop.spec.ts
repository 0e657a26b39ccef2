import { DISMISSED, FREE, HOLDERS, ONE_MORE, People, SHORTAGE } from './people';
import { expect, shot, test } from './server';

const TITLE = 'Задача на получение сертификата электронной подписи';

test.describe('the dialog', () => {
    test('says who gets a licence, from which stock, and what would be left', async ({ people }) => {
        await people.pick(...FREE);
        await people.button('Выдать лицензию (3)').click();
        await expect(people.page.getByRole('dialog', { name: TITLE })).toBeVisible();
        await expect(people.dialog.getByRole('heading', { name: TITLE })).toBeVisible();
        await expect(people.dialog.getByText('3 человека: Герасимова А. К., Герасимова К. И., Гусева Т. А.')).toBeVisible();
        const options = people.dialog.getByRole('group', { name: 'Тип электронной подписи и способ идентификации' });
        await expect(options.getByRole('radio')).toHaveCount(7);
        for (const name of [
            'ПЭП, остаток: 1, код: ea9ENYf6 хватит 1 из 3',
            'УНЭП EasyDocs, остаток: 1, код: qgMQgxMs хватит 1 из 3',
            'УКЭП, остаток: 1, код: WE12Qmxx хватит 1 из 3',
            'УКЭП Госключ, остаток: 1, код: tk1kFv_j хватит 1 из 3',
            'УНЭП Госключ, остаток: 1, код: DRR_nf-f хватит 1 из 3',
            'ПЭП, остаток: 100, код: hR7_kQ2z останется 97',
            'УНЭП EasyDocs, остаток: 50, код: Zt-4mVb9 останется 47',
        ]) await expect(options.getByRole('radio', { name, exact: true })).toBeVisible();
        await expect(people.send).toBeDisabled();
        await expect(people.problem).toBeEmpty();
        await shot(people.page, 'issue');
    });

    test('names those who are left out, and why', async ({ people }) => {
        await people.pick(FREE[0], DISMISSED[0], ...HOLDERS);
        await people.button('Выдать лицензию (1)').click();
        await expect(people.dialog.getByText('1 человек: Герасимова А. К.')).toBeVisible();
        await expect(people.dialog.getByText('Не получат: 3')).toBeVisible();
        await expect(people.dialog.getByRole('listitem')).toHaveText([
            '1 человек: Ворон М. А. Уволен',
            '2 человека: Голованов В. Д., Дмитриева В. Д. Уже есть лицензия',
        ]);
    });

    test('«Отменить» and Escape close it and change nothing', async ({ people }) => {
        await people.pick(FREE[0]);
        await people.openIssue();
        await people.dialog.getByRole('button', { name: 'Отменить' }).click();
        await expect(people.dialog).toBeHidden();
        await expect(people.button('Выдать лицензию (1)')).toBeFocused();
        await people.openIssue();
        await people.page.keyboard.press('Escape');
        await expect(people.dialog).toBeHidden();
        await expect(people.button('Выдать лицензию (1)')).toBeFocused();
        await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
    });

    test('opens again as new', async ({ people }) => {
        await people.pick(...FREE);
        await people.openIssue();
        await people.option('WE12Qmxx').check();
        await expect(people.problem).toHaveText(SHORTAGE);
        await people.page.keyboard.press('Escape');
        await people.openIssue();
        await expect(people.dialog.getByRole('radio', { checked: true })).toHaveCount(0);
        await expect(people.problem).toBeEmpty();
    });
});

test.describe('shortage', () => {
    test('is said before the press, and nothing can be sent', async ({ people }) => {
        await people.pick(...FREE);
        await people.openIssue();
        await people.option('WE12Qmxx').check();
        await expect(people.problem).toHaveText(SHORTAGE);
        await expect(people.send).toBeDisabled();
        await expect(people.send).toHaveAccessibleDescription(SHORTAGE);
        await shot(people.page, 'shortage');
        await people.option('hR7_kQ2z').check();
        await expect(people.problem).toBeEmpty();
        await expect(people.send).toBeEnabled();
    });

    test('is also refused by the server when a colleague was quicker', async ({ people, colleague }) => {
        await people.pick(FREE[0]);
        await people.openIssue();
        await people.option('WE12Qmxx').check();
        await expect(people.send).toBeEnabled();

        const other = new People(colleague);
        await other.open();
        await other.issue('WE12Qmxx', ONE_MORE);

        await people.send.click();
        await expect(people.problem).toHaveText(SHORTAGE);
        await expect(people.dialog.getByRole('radio', { name: 'УКЭП, остаток: 0, код: WE12Qmxx хватит 0 из 1' })).toBeVisible();
        await expect(people.send).toBeDisabled();
        // Another one does, without beginning anew.
        await people.option('hR7_kQ2z').check();
        await people.send.click();
        await expect(people.message).toContainText('Лицензии выданы: 1');
        await people.find('герасимова а', 'Герасимова');
        await expect(people.cell(FREE[0], 'Лицензия')).toHaveText('ЛК');
    });
});

test('data that moved meanwhile are shown, and the deed is asked for again', async ({ people, colleague }) => {
    await people.pick(FREE[0], FREE[1]);
    await people.openIssue();
    await people.option('hR7_kQ2z').check();
    await expect(people.send).toBeEnabled();

    const other = new People(colleague);
    await other.open();
    await other.issue('Zt-4mVb9', FREE[0]);

    await people.send.click();
    await expect(people.problem).toContainText('Пока Вы смотрели, данные изменились: больше не подходят — 1.');
    await expect(people.problem).toContainText('Герасимова А. К.');
    await expect(people.dialog.getByText('1 человек: Герасимова К. И.')).toBeVisible();
    await people.send.click();
    await expect(people.message).toContainText('Лицензии выданы: 1');
});

test('labels, terms and stock change at once, and a message says it', async ({ people }) => {
    await expect(people.stock.getByRole('listitem')).toHaveText(['ПЭП 101', 'УНЭП EasyDocs 51', 'УКЭП 1', 'УКЭП Госключ 1', 'УНЭП Госключ 1']);
    await people.pick(...FREE);
    await people.openIssue();
    await people.option('Zt-4mVb9').check();
    await people.send.click();
    await expect(people.dialog).toBeHidden();
    await expect(people.message).toContainText('Лицензии выданы: 3');
    await expect(people.message.getByRole('link', { name: 'Отчёт' })).toBeVisible();
    await expect(people.message.getByRole('button', { name: 'Вернуть как было' })).toBeVisible();
    await expect(people.stock.getByText('УНЭП EasyDocs 48')).toBeVisible();
    await expect(people.bar).toBeHidden();
    await people.find('герас', 'Герасимова');
    for (const name of [FREE[0], FREE[1]]) {
        await expect(people.cell(name, 'Лицензия')).toHaveText('ЛК с УНЭП');
        await expect(people.cell(name, 'Срок действия')).toHaveText(/^\d\d\.\d\d\.\d{4}$/);
    }
    await shot(people.page, 'issued');
});

test('«Вернуть как было» takes exactly these back', async ({ people }) => {
    await people.issue('hR7_kQ2z', ...FREE);
    await expect(people.stock.getByText('ПЭП 98')).toBeVisible();
    await people.message.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(people.message).toContainText('Выдача возвращена: 3');
    await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
    await people.find('герас', 'Герасимова');
    await expect(people.rows.filter({ hasText: 'Нет лицензии' })).toHaveCount(2);
});

test('dismissed people get nothing, however they were selected', async ({ people }) => {
    await people.pick(...DISMISSED, ONE_MORE);
    await people.openIssue();
    await people.option('hR7_kQ2z').check();
    await people.send.click();
    await expect(people.message).toContainText('Лицензии выданы: 1');
    await people.find('ворон', 'Ворон');
    await expect(people.rows.filter({ hasText: 'Нет лицензии' })).toHaveCount(2);
    await people.openReport();
    const rejected = people.page.getByRole('table', { name: 'Отклонены (2)' });
    await expect(rejected.locator('tbody').getByRole('row')).toHaveText([
        'Ворон М. А.УволенУволенным лицензии не выдаются', 'Воронцова Т. В.УволенУволенным лицензии не выдаются',
    ]);
});

test('a last licence is the last', async ({ people }) => {
    await people.issue('WE12Qmxx', FREE[0]);
    await expect(people.stock.getByText('УКЭП 0')).toBeVisible();
    await people.pick(FREE[1]);
    await people.openIssue();
    await people.option('WE12Qmxx').check();
    await expect(people.problem).toHaveText(SHORTAGE);
    await expect(people.send).toBeDisabled();
});

test('keys alone are enough', async ({ people }) => {
    const { page } = people;
    const { keyboard } = page;
    await keyboard.press('/');
    await keyboard.type('гурова');
    await expect(people.rows).toHaveCount(1);
    await people.rows.getByRole('checkbox').focus();
    await keyboard.press('Space');
    await people.button('Выдать лицензию (1)').focus();
    await keyboard.press('Enter');
    await expect(people.dialog).toBeVisible();
    await expect(people.option('ea9ENYf6')).toBeFocused();
    await keyboard.press('Space');
    await expect(people.option('ea9ENYf6')).toBeChecked();
    for (let option = 1; option < 6; option++) await keyboard.press('ArrowDown');
    await expect(people.option('hR7_kQ2z')).toBeChecked();
    await expect(people.send).toBeEnabled();
    await expect(async () => {
        await keyboard.press('Tab');
        await expect(people.send).toBeFocused({ timeout: 50 });
    }).toPass();
    await keyboard.press('Enter');
    await expect(people.message).toContainText('Лицензии выданы: 1');
});

test('the focus stays inside the dialog', async ({ people }) => {
    await people.pick(FREE[0]);
    await people.openIssue();
    await people.option('hR7_kQ2z').check();
    await expect(people.send).toBeEnabled();
    for (let press = 0; press < 12; press++) {
        await people.page.keyboard.press('Tab');
        // Between the last and the first the browser's own bar has the focus.
        const inside = await people.page.evaluate(() => document.activeElement === document.body || !!document.activeElement?.closest('dialog'));
        expect(inside).toBe(true);
    }
});
