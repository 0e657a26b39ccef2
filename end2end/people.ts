// The table of people as a person meets it: by roles and names.
import { expect, type Locator, type Page } from '@playwright/test';

/** The columns after the box, in their order. */
export const COLUMNS = ['Пользователь', 'Тип занятости', 'Лицензия', 'Срок действия', 'Последняя активность', 'E-mail', 'Группа'] as const;
export type Column = (typeof COLUMNS)[number];

/** People of the demo with nothing in the way of a licence; two who hold one; and two to whom none is issued. */
export const FREE = ['Герасимова А. К.', 'Герасимова К. И.', 'Гусева Т. А.'] as const;
export const HOLDERS = ['Голованов В. Д.', 'Дмитриева В. Д.'] as const;
export const DISMISSED = ['Ворон М. А.', 'Воронцова Т. В.'] as const;
/** One more who could have a licence. */
export const ONE_MORE = 'Гурова А. А.';
const CANDIDATES = [...FREE, ...HOLDERS, ONE_MORE];

export const SHORTAGE = 'Количество выделенных пользователей превышает количество доступных лицензий';

export class People {
    readonly table: Locator;
    readonly rows: Locator;
    readonly names: Locator;
    readonly search: Locator;
    readonly pageBox: Locator;
    readonly bar: Locator;
    /** «Выбрано 3 из 317» */
    readonly size: Locator;
    readonly dialog: Locator;
    /** The dialog's alert, which is there before it says anything. */
    readonly problem: Locator;
    readonly message: Locator;
    readonly stock: Locator;

    constructor(readonly page: Page) {
        this.table = page.getByRole('table', { name: 'Пользователи' });
        this.rows = this.table.locator('tbody').getByRole('row');
        this.names = this.table.locator('td.name');
        this.search = page.getByRole('searchbox', { name: 'Имя или e-mail' });
        this.pageBox = page.getByRole('checkbox', { name: 'Выбрать всех на странице' });
        this.bar = page.getByRole('group', { name: 'Действия с выбранными' });
        this.size = this.bar.getByRole('paragraph');
        this.dialog = page.getByRole('dialog');
        this.problem = this.dialog.getByRole('alert');
        this.message = page.getByRole('status').filter({ has: page.getByRole('button', { name: /^(Закрыть|Close)$/ }) });
        this.stock = page.getByRole('list', { name: 'Остаток лицензий' });
    }

    async open(query = '') {
        await this.page.goto(`/users${query}`);
        await this.awake();
    }

    /** The WASM has arrived and answers. */
    async awake() {
        await expect(this.page.locator('form.list')).toHaveAttribute('data-hydrated', '');
    }

    row(name: string) {
        return this.rows.filter({ has: this.page.getByRole('checkbox', { name, exact: true }) });
    }

    box(name: string) {
        return this.table.getByRole('checkbox', { name, exact: true });
    }

    tab(name: string) {
        return this.page.getByRole('tab', { name });
    }

    head(column: Column) {
        return this.table.getByRole('columnheader', { name: column });
    }

    cell(name: string, column: Column) {
        return this.row(name).locator('td').nth(COLUMNS.indexOf(column) + 1);
    }

    /** What stands in a column now, from top to bottom. */
    async texts(column: Column) {
        const cells = this.table.locator(`tbody td:nth-child(${COLUMNS.indexOf(column) + 2})`);
        return (await cells.allTextContents()).map(text => text.trim());
    }

    button(name: string | RegExp) {
        return this.bar.getByRole('button', { name, exact: true });
    }

    pager(name: string) {
        return this.page.getByRole('navigation', { name: 'Страницы' }).getByRole('link', { name });
    }

    /** Types into the search and waits for the first row. */
    async find(text: string, first: string) {
        await this.search.fill(text);
        await expect(this.rows.first()).toContainText(first);
    }

    /** Ticks the boxes of people, going from tab to tab. */
    async pick(...names: readonly string[]) {
        for (const [tab, there] of [['Уволенные', DISMISSED], ['Кандидаты', CANDIDATES]] as const) {
            const wanted = names.filter(name => there.some(known => known === name));
            if (!wanted.length) continue;
            await this.tab(tab).click();
            for (const name of wanted) await this.box(name).check();
        }
        await this.tab('Все').click();
        await expect(this.range(/^1–50 из \d+$/)).toBeVisible();
        await expect(this.table).not.toHaveAttribute('aria-busy');
    }

    /** «1–50 из 317» */
    range(text: string | RegExp) {
        return this.page.locator('.pager').getByText(text, { exact: true });
    }

    option(code: string) {
        return this.dialog.getByRole('radio', { name: code });
    }

    async openIssue() {
        await this.bar.getByRole('button', { name: /^Выдать лицензию/ }).click();
        await expect(this.dialog).toBeVisible();
    }

    async openRevoke() {
        await this.bar.getByRole('button', { name: /^Отозвать лицензию/ }).click();
        await expect(this.dialog).toBeVisible();
    }

    get send() {
        return this.dialog.getByRole('button', { name: 'Отправить' });
    }

    async issue(code: string, ...names: readonly string[]) {
        await this.pick(...names);
        await this.openIssue();
        await this.option(code).check();
        await this.send.click();
        await expect(this.message).toContainText(/Лицензии выданы|Ждёт согласования/);
    }

    async revoke(...names: readonly string[]) {
        await this.pick(...names);
        await this.openRevoke();
        await this.dialog.getByRole('button', { name: 'Отозвать лицензию' }).click();
        await expect(this.message).toContainText('Лицензии отозваны');
    }

    async openReport() {
        await this.message.getByRole('link', { name: 'Отчёт' }).click();
        await this.page.waitForURL(/\/operations\/\d+$/);
    }
}
