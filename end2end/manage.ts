// «Управление лицензиями» as a person meets it.
import { expect, type Locator, type Page } from '@playwright/test';
import { People } from './people';

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
        await people.bar.getByRole('button', { name: `Управление лицензиями (${names.length})` }).click();
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

    async names() {
        const names = await this.selected.locator('li span').allTextContents();
        return names.map(name => name.replaceAll('\u00a0', ' '));
    }
}
