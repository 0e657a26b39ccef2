// What fingers need.
import { expect, test, type Locator, type Page } from '@playwright/test';

/** A click; on a phone, a tap. */
export const press = (what: Locator) => (test.info().project.use.hasTouch ? what.tap() : what.click());

/** By how much the page is wider than the window, and on a phone what is too small for a finger. */
export async function misfit(page: Page) {
    const { width } = page.viewportSize()!;
    // A phone makes the window as wide as what does not fit into it.
    const wider = await page.evaluate(width => document.documentElement.scrollWidth - width, width);
    return [...wider > 0 ? [`${wider} pixels wider`] : [], ...width < 760 ? await small(page) : []];
}

/** Nothing is wider than the window, and on a phone nothing too small for a finger. */
export const fits = async (page: Page, name = page.url()) => expect.soft(await misfit(page), name).toEqual([]);

/** What is too small for a finger, with its size: links, buttons and fields in sight, each with its label or card. */
export async function small(page: Page) {
    return page.evaluate(() => {
        const seen = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
        const top = document.querySelector('dialog[open], [popover]:popover-open') ?? document;
        const found: string[] = [];
        for (const element of top.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [role=tab]')) {
            if (!seen(element) || element.closest('.skip, .alert p')) continue;
            const areas = [element, element.closest('label, .stack tr'), ...(element instanceof HTMLInputElement ? element.labels ?? [] : [])];
            const fits = areas.some(area => {
                const box = area?.getBoundingClientRect();
                return box && box.width >= 43.5 && box.height >= 43.5;
            });
            const box = element.getBoundingClientRect();
            if (!fits && box.width > 1) found.push(`${element.tagName} «${element.textContent?.trim() || element.getAttribute('aria-label')}» ${box.width}×${box.height}`);
        }
        return found;
    });
}
