// «Управление лицензиями»: three-state boxes, and after every change a look at what it would do. The server says it, as the
// page that «Проверить» leads to; of that page one part takes the place of its own. Without this script that button does the same.

export {};

const form = document.querySelector<HTMLFormElement>('form[data-manage]');

/** How long after the last change one looks. */
const PAUSE = 250;
let waiting = 0;
let ticks = 0;
let asking: AbortController | undefined;
/** The page of a list that is asked for, until it is there. */
let turning: HTMLButtonElement | undefined;

const sheet = () => document.getElementById('sheet')!;
const clearOf = (box: HTMLInputElement) => document.getElementById(`clear-${box.value}`) as HTMLInputElement | null;

/** Mixed boxes are in between, as only a script can show them. */
function show() {
    for (const box of sheet().querySelectorAll<HTMLInputElement>('[data-mixed]')) box.indeterminate = box.dataset.mixed === 'keep';
}

/** Mixed → set → clear → mixed; without the right to clear, back to mixed. */
function turn(box: HTMLInputElement) {
    const clear = clearOf(box);
    // The browser has ticked or unticked it already.
    const was = box.dataset.mixed === 'keep' ? 'keep' : clear?.checked ? 'clear' : 'set';
    const now = was === 'keep' ? 'set' : was === 'set' && clear ? 'clear' : 'keep';
    box.checked = now === 'set';
    if (clear) clear.checked = now === 'clear';
    box.dataset.mixed = now === 'keep' ? 'keep' : '';
    show();
}

/** What stands in the way, product by product. */
function conflicts(): string[] {
    return [...sheet().querySelectorAll('.products tbody tr')].flatMap(row => {
        const lines = [...row.querySelectorAll('.conflicts li, .available .bad')].map(line => line.textContent!.trim());
        return lines.length ? [`${row.querySelector('label')!.textContent!.trim()}: ${lines.join(' ')}`] : [];
    });
}

/** For how many it changes what. */
function outcome(): string[] {
    const facts = [...sheet().querySelectorAll('.happens .facts > div')];
    if (facts.length) return [facts.map(fact => [...fact.children].map(part => part.textContent!.trim()).join(' ')).join(', ')];
    return [...sheet().querySelectorAll('.happens .facts-box')].map(box => box.textContent!.trim());
}

/** The form as it would be sent, without what proves who one is. */
function boxes(): string {
    const data = [...new FormData(form!)].filter(([name]) => name !== 'proof' && name !== 'size');
    return `${new URLSearchParams(data.map(([name, value]) => [name, `${value}`]))}`;
}

/** Whoever reloads the page, or comes back to it, finds what was ticked: it is kept with this entry of the history. */
const keep = () => history.replaceState({ ...history.state, boxes: boxes() }, '');

/** Ticks what was kept; those of other pages of the selected stay ticked too. */
function restore(kept: URLSearchParams) {
    const here = (name: string) => sheet().querySelectorAll<HTMLInputElement>(`[name="${name}"][type="checkbox"]:not(:disabled)`);
    for (const name of ['set', 'clear', 'plan', 'out']) for (const box of here(name)) box.checked = kept.getAll(name).includes(box.value);
    for (const box of here('set')) if ('mixed' in box.dataset) box.dataset.mixed = box.checked || clearOf(box)?.checked ? '' : 'keep';
    const shown = new Set([...here('out')].map(box => box.value));
    for (const value of kept.getAll('out').filter(value => !shown.has(value))) {
        sheet().append(Object.assign(document.createElement('input'), { type: 'hidden', name: 'out', value }));
    }
    sheet().querySelector<HTMLInputElement>('[type="hidden"][name="page"]')!.value = kept.get('page') ?? '1';
    show();
}

async function look() {
    const button = turning;
    clearTimeout(waiting);
    asking?.abort();
    const own = asking = new AbortController();
    const sent = ticks;
    form!.dataset.checking = '';
    const check = document.getElementById('check') as HTMLButtonElement;
    const data = new FormData(form!, button);
    const body = new URLSearchParams([...data].map(([name, value]) => [name, `${value}`]));
    try {
        const answer = await fetch((button ?? check).formAction, { method: 'POST', body, signal: own.signal });
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        const fresh = page.getElementById('sheet');
        if (own !== asking) return;
        // What was ticked meanwhile is not in this answer.
        if (sent !== ticks) return void look();
        // Signed out, or the selection is forgotten: the whole page says so.
        if (!fresh) return void form!.requestSubmit(check);
        turning = undefined;
        swap(fresh);
        keep();
    } catch (error) {
        if (own === asking && !(error instanceof DOMException)) form!.requestSubmit(check);
    } finally {
        if (own === asking && sent === ticks) delete form!.dataset.checking;
    }
}

/** What was open stays open, and the focus where it was; whoever is ticked to be taken out stays ticked. */
function swap(fresh: HTMLElement) {
    const open = [...sheet().querySelectorAll<HTMLElement>('details[open]')].map(one => one.id);
    const closed = [...sheet().querySelectorAll<HTMLElement>('details:not([open])')].map(one => one.id);
    const out = new Map([...sheet().querySelectorAll<HTMLInputElement>('[name="out"][type="checkbox"]')].map(box => [box.value, box.checked]));
    const focus = document.activeElement?.id;
    const typed = [...sheet().querySelectorAll<HTMLInputElement>('#confirm-size, #proof')].map(field => [field.id, field.value] as const);
    const list = sheet().querySelector('.selected ul')?.scrollTop ?? 0;
    sheet().replaceWith(document.importNode(fresh, true));
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    for (const id of closed) document.getElementById(id)?.removeAttribute('open');
    for (const box of sheet().querySelectorAll<HTMLInputElement>('[name="out"][type="checkbox"]')) box.checked = out.get(box.value) ?? box.checked;
    for (const [id, value] of typed) {
        const field = document.getElementById(id) as HTMLInputElement | null;
        if (field) field.value = value;
    }
    const people = sheet().querySelector('.selected ul');
    if (people) people.scrollTop = list;
    show();
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
    document.getElementById('said')!.textContent = [...conflicts(), ...outcome()].map(text => text.endsWith('.') ? text : `${text}.`).join(' ');
}

function soon() {
    ticks++;
    clearTimeout(waiting);
    // What is shown is not what is wanted any more: nothing is saved until it is.
    form!.dataset.checking = '';
    waiting = window.setTimeout(() => void look(), PAUSE);
}

if (form) {
    form.dataset.awake = '';
    show();
    const kept: unknown = history.state?.boxes;
    if (typeof kept === 'string' && kept !== boxes()) {
        restore(new URLSearchParams(kept));
        void look();
    }
    form.addEventListener('change', event => {
        const box = event.target as HTMLInputElement;
        if (box.name === 'set' && 'mixed' in box.dataset) turn(box);
        if (['set', 'clear', 'plan'].includes(box.name)) soon();
        // Nothing is looked at for that; an answer that does not know of it is not shown.
        if (box.name === 'out') ticks++;
        keep();
    });
    form.addEventListener('submit', event => {
        const button = event.submitter as HTMLButtonElement | null;
        // Pages of the selected and of holders are looked at in their place.
        if (button && 'leaf' in button.dataset) {
            event.preventDefault();
            turning = button;
            void look();
            return;
        }
        // Once: whoever presses twice sends nothing twice.
        if (button?.id === 'save' && 'checking' in form.dataset) {
            event.preventDefault();
            void look();
            return;
        }
        if (button?.id === 'save') {
            if ('sent' in form.dataset) event.preventDefault();
            form.dataset.sent = '';
        }
    });
    // One holder list at a time, and none once one looks elsewhere.
    document.addEventListener('click', event => {
        for (const one of document.querySelectorAll<HTMLDetailsElement>('details.holders[open]')) {
            if (!one.contains(event.target as Node)) one.open = false;
        }
    });
    document.addEventListener('keydown', event => {
        const open = document.querySelector<HTMLDetailsElement>('details.holders[open]');
        if (event.key === 'Escape' && open) {
            open.open = false;
            open.querySelector('summary')?.focus();
        }
    });
    // Back to this page: it may be sent again.
    addEventListener('pageshow', () => delete form.dataset.sent);
}
