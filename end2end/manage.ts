// «Управление лицензиями» as a person meets it.
import { expect, type Locator, type Page } from '@playwright/test';
import { People } from './people';
import { press } from './touch';

/** Who of the demo holds office products, by what they hold. */
export const OFFICE = {
    basicMail: 'Щукин П. П.',
    basic: 'Щербакова Д. Р.',
    proMailVideo: 'Шубин Ю. А.',
    mailVideo: 'Шубин М. И.',
    mail: 'Шарова М. О.',
    basicMailVideo: 'Цветкова В. И.',
    archive: 'Царёва А. В.',
} as const;

export const plain = (name: string) => name.replaceAll('\u00a0', ' ');

export class Manage {
    readonly products: Locator;
    readonly selected: Locator;
    readonly save: Locator;
    readonly happens: Locator;

    constructor(readonly page: Page) {
        this.products = page.getByRole('table', { name: 'Назначение и отзыв лицензий' });
        this.selected = page.getByRole('region', { name: /^Выбранные пользователи/ });
        this.save = page.getByRole('button', { name: /^Сохранить/ });
        this.happens = page.getByRole('region', { name: 'Что произойдёт' });
    }

    /** Ticks people of the table by their names, and goes to their licences. */
    static async of(people: People, query: string, ...names: string[]) {
        await people.open(query);
        for (const name of names) await people.box(name).check();
        return Manage.ofTicked(people, names.length);
    }

    /** The same, each of them searched for. */
    static async found(people: People, query: string, ...names: readonly string[]) {
        await people.open(query);
        for (const name of names) {
            await people.search.fill(name.split(' ')[0]!);
            await people.box(name).check();
        }
        return Manage.ofTicked(people, names.length);
    }

    /** Everybody whom a search finds. */
    static async ofAll(people: People, query: string, count: number) {
        await people.open(query);
        await people.rows.first().getByRole('checkbox').check();
        await press(people.bar.getByRole('button', { name: new RegExp(`^Выбрать все ${count}(?: по фильтру)?$`) }));
        return Manage.ofTicked(people, count);
    }

    static async ofTicked(people: People, count: number) {
        await press(people.bar.getByRole('button', { name: `Управление лицензиями (${count})` }));
        await expect(people.page).toHaveURL(/\/users\/manage\/\d+$/);
        return new Manage(people.page);
    }

    row(product: string) {
        return this.products.getByRole('row').filter({ has: this.page.getByRole('checkbox', { name: product, exact: true }) });
    }

    box(product: string) {
        return this.products.getByRole('checkbox', { name: product, exact: true });
    }

    /** What stands below the product's name: «будет у всех: получат 2». */
    state(product: string) {
        return this.row(product).locator('.state');
    }

    /** What keeps it from being given, and what falls with it. */
    conflicts(product: string) {
        return this.row(product).locator('.conflicts li');
    }

    /** Presses a product's box, and waits for what is said of it then. */
    async turn(product: string, says: string | RegExp) {
        await press(this.box(product));
        await expect(this.state(product)).toHaveText(says);
    }

    async names() {
        const names = await this.selected.locator('li span').allTextContents();
        return names.map(plain);
    }

    /** Turns to a page of the selected: «Первый», «Назад», «Далее», «Последний». */
    async leaf(name: string, page: number, of: number) {
        await press(this.selected.getByRole('button', { name, exact: true }));
        await expect(this.selected.getByText(`Страница ${page} из ${of}`)).toBeVisible();
    }

    /** The names on every page of the selected, from the first on. */
    async everybody(pages: number) {
        const names = await this.names();
        for (let page = 2; page <= pages; page++) {
            await this.leaf('Далее', page, pages);
            names.push(...await this.names());
        }
        return names;
    }
}

/** «Лицензии обновлены»: who got what, who lost what, and who is left out. */
export class Managed {
    readonly heading: Locator;
    readonly undo: Locator;
    readonly again: Locator;

    constructor(readonly page: Page) {
        this.heading = page.getByRole('heading', { level: 1 });
        this.undo = page.getByRole('button', { name: 'Вернуть как было' });
        this.again = page.getByRole('button', { name: 'Повторить неудавшиеся' });
    }

    /** «Сохранить», and the report that it leads to. */
    static async of(manage: Manage, heading = 'Лицензии обновлены') {
        await press(manage.save);
        const managed = new Managed(manage.page);
        await expect(managed.heading).toHaveText(heading);
        return managed;
    }

    rows(title: 'Не удалось' | 'Успешно' | 'Без изменений', count: number) {
        return this.page.getByRole('table', { name: `${title} (${count})`, exact: true }).locator('tbody').getByRole('row');
    }

    /** What was done to somebody, product by product. */
    done(name: string) {
        return this.page.getByRole('row').filter({ hasText: name }).getByRole('listitem');
    }
}
