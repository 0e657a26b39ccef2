import { readFile } from 'node:fs/promises';
import { DISMISSED, FREE, HOLDERS, People } from './people';
import { expect, shot, test } from './server';

test('the list says who did what, when, to how many, and where it stands', async ({ people }) => {
    const { page } = people;
    await people.issue('hR7_kQ2z', ...FREE, DISMISSED[0]);
    await people.revoke(HOLDERS[0]);
    await people.message.getByRole('button', { name: 'Вернуть как было' }).click();
    await expect(people.message).toContainText('Лицензии возвращены: 1');
    await page.getByRole('link', { name: 'Операции' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Операции');
    const table = page.getByRole('table', { name: 'Операции' });
    await expect(table.getByRole('columnheader')).toHaveText(['Когда', 'Кто', 'Что', 'Сколько', 'Состояние']);
    const rows = table.locator('tbody').getByRole('row');
    for (const [place, text] of [
        /^\d\d\.\d\d\.\d{4}, \d\d:\d\dАдминистраторВозврат отзыва1Выполнена$/,
        /^\d\d\.\d\d\.\d{4}, \d\d:\d\dАдминистраторОтзыв лицензий1Возвращена$/,
        /^\d\d\.\d\d\.\d{4}, \d\d:\d\dАдминистраторВыдача лицензий: ПЭП3 \/ 4Выполнена$/,
    ].entries()) await expect(rows.nth(place)).toHaveText(text);
    await shot(page, 'operations');
    await rows.nth(2).getByRole('link').click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Выдача лицензий: ПЭП');
});

test.describe('the report', () => {
    test('puts the rejected first, with reason and remedy in words', async ({ people }) => {
        const { page } = people;
        await people.issue('hR7_kQ2z', FREE[0], FREE[1], DISMISSED[0], HOLDERS[0]);
        await people.openReport();
        await expect(page.getByRole('main').getByRole('heading')).toHaveText([
            'Выдача лицензий: ПЭП', 'Отклонены (2)', 'Получили лицензию (2)',
        ]);
        await expect(page.getByRole('table', { name: 'Отклонены (2)' }).locator('tbody').getByRole('row')).toHaveText([
            'Ворон М. А.УволенУволенным лицензии не выдаются',
            'Голованов В. Д.Уже есть лицензияОтзовите её и выдайте новую',
        ]);
        await expect(page.getByRole('table', { name: 'Получили лицензию (2)' }).locator('tbody').getByRole('row')).toHaveText([
            'Герасимова А. К.a.gerasimova@mail.example', 'Герасимова К. И.k.gerasimova@mail.example',
        ]);
        await expect(page.getByText('ПЭП, hR7_kQ2z')).toBeVisible();
        await shot(page, 'report');
    });

    test('is saved as CSV for a spreadsheet', async ({ people }) => {
        await people.issue('hR7_kQ2z', FREE[0], DISMISSED[0]);
        await people.openReport();
        const waiting = people.page.waitForEvent('download');
        await people.page.getByRole('link', { name: 'Скачать CSV' }).click();
        const download = await waiting;
        expect(download.suggestedFilename()).toMatch(/^licentia-\d+\.csv$/);
        const bytes = await readFile(await download.path());
        expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
        expect(bytes.subarray(3).toString().replaceAll('\u00a0', ' ').split('\r\n')).toEqual([
            'Пользователь;E-mail;Состояние;Что сделать',
            'Ворон М. А.;voron@romashka.example;Уволен;Уволенным лицензии не выдаются',
            'Герасимова А. К.;a.gerasimova@mail.example;Получили лицензию;',
            '',
        ]);
    });

    test('undoes the operation, and each points to the other', async ({ people }) => {
        const { page } = people;
        await people.issue('hR7_kQ2z', ...FREE);
        await people.openReport();
        const issue = page.url();
        await page.getByRole('button', { name: 'Вернуть как было' }).click();
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Возврат выдачи: ПЭП');
        await expect(page.getByRole('table', { name: 'Лицензия отозвана (3)' })).toBeVisible();
        await expect(page.getByRole('button', { name: 'Вернуть как было' })).toHaveCount(0);
        await page.getByRole('definition').getByRole('link', { name: '№' }).click();
        await expect(page).toHaveURL(issue);
        await expect(page.getByText('Возвращена', { exact: true })).toBeVisible();
        await expect(page.getByText('Возвращена операцией')).toBeVisible();
        await expect(page.getByRole('button', { name: 'Вернуть как было' })).toHaveCount(0);
        await people.open();
        await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
    });

    test('says why an undo is refused, and nothing changes', async ({ people }) => {
        const { page } = people;
        await people.issue('hR7_kQ2z', FREE[0]);
        const report = await people.message.getByRole('link', { name: 'Отчёт' }).getAttribute('href');
        await people.revoke(FREE[0]);
        await page.goto(report!);
        await page.getByRole('button', { name: 'Вернуть как было' }).click();
        await expect(page.getByRole('alert')).toHaveText('Возвращать некому: с тех пор лицензии этих пользователей изменились.');
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Выдача лицензий: ПЭП');
        await people.open();
        await expect(people.stock.getByText('ПЭП 101')).toBeVisible();
    });

    test('of a part undone says who could not be restored', async ({ people }) => {
        const { page } = people;
        await people.issue('hR7_kQ2z', FREE[0], FREE[1]);
        const report = await people.message.getByRole('link', { name: 'Отчёт' }).getAttribute('href');
        await people.revoke(FREE[0]);
        await page.goto(report!);
        await page.getByRole('button', { name: 'Вернуть как было' }).click();
        await expect(page.getByRole('table', { name: 'Отклонены (1)' }).locator('tbody').getByRole('row')).toContainText('Герасимова А. К.Нет лицензии');
        await expect(page.getByRole('table', { name: 'Лицензия отозвана (1)' })).toContainText('Герасимова К. И.');
    });

    test('of a failed operation says that nothing was changed', async ({ people, colleague }) => {
        await people.pick(FREE[0]);
        await people.openIssue();
        await people.option('WE12Qmxx').check();
        await expect(people.send).toBeEnabled();
        const other = new People(colleague);
        await other.open();
        await other.issue('WE12Qmxx', FREE[1]);
        await people.send.click();
        await expect(people.problem).not.toBeEmpty();
        await people.page.goto('/operations');
        const failed = people.page.getByRole('row', { name: 'Не выполнена' });
        await expect(failed).toContainText('0 / 1');
        await failed.getByRole('link').click();
        await expect(people.page.getByText('Ничего не изменилось.').first()).toBeVisible();
        await expect(people.page.getByRole('table', { name: 'Ничего не изменилось (1)' })).toBeVisible();
        await expect(people.page.getByText('Получили лицензию')).toHaveCount(0);
    });

    test('of nobody knows what is not a number', async ({ admin }) => {
        for (const path of ['/operations/999', '/operations/x']) {
            await admin.goto(path);
            await expect(admin.getByRole('alert')).toContainText('Такой операции нет.');
        }
    });
});
