// What fingers need.
import type { Page } from '@playwright/test';

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
