// One selection over all pages of a list that the server renders: it drives the boxes, the counts, the buttons, and what
// is sent. It lasts as long as the browser's tab; without this script the boxes of one page are sent.
//
// The list is a form with `data-list`, its selection's name. Its boxes carry their id and, in `data-class`, what decides
// which deeds fit them; its buttons carry in `data-fits` the classes that they are for.

/** Ids and their classes. */
let picked = new Map<number, string>();
/** Everything that the filter finds was picked, and nothing left out since. */
let whole = false;
/** Where a range begins. */
let anchor: HTMLInputElement | undefined;
let form: HTMLFormElement;
let boxes: HTMLInputElement[];

const one = <E extends HTMLElement>(selector: string) => form.querySelector<E>(selector);
const grouped = (count: number) => `${count}`.replace(/\B(?=(\d{3})+$)/g, '\u00a0');
const classOf = (box: HTMLInputElement) => box.dataset.class ?? '';

/** As the server writes sets of ids: `1-5,8`. */
function write(ids: Iterable<number>) {
    const ranges: [number, number][] = [];
    for (const id of [...ids].sort((a, b) => a - b)) {
        const last = ranges.at(-1);
        if (last && last[1] + 1 === id) last[1] = id;
        else ranges.push([id, id]);
    }
    return ranges.map(([from, to]) => from === to ? from : `${from}-${to}`).join();
}

function read(ids: string) {
    return ids.split(',').filter(Boolean).flatMap(range => {
        const [from = 0, to = from] = range.split('-').map(Number);
        return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
}

const add = (found: [string, string][]) => found.forEach(([kind, ids]) => read(ids).forEach(id => picked.set(id, kind)));

function keep() {
    const byClass = new Map<string, number[]>();
    picked.forEach((kind, id) => {
        const ids = byClass.get(kind);
        if (ids) ids.push(id);
        else byClass.set(kind, [id]);
    });
    sessionStorage.setItem(form.dataset.list!, JSON.stringify([...byClass].map(([kind, ids]) => [kind, write(ids)])));
    show();
}

function recall() {
    picked = new Map();
    add(JSON.parse(sessionStorage.getItem(form.dataset.list!) ?? '[]'));
}

/** Whoever is here may have gone on since he was picked. */
function set(these: HTMLInputElement[], on: boolean) {
    for (const box of these) {
        if (on) picked.set(+box.value, classOf(box));
        else picked.delete(+box.value);
    }
    whole &&= on;
    keep();
}

function show() {
    for (const box of boxes) box.checked = picked.has(+box.value);
    const here = boxes.filter(box => box.checked).length;
    const page = one<HTMLInputElement>('[data-testid="select-page"]');
    if (page) {
        page.checked = here > 0 && here === boxes.length;
        page.indeterminate = here > 0 && here < boxes.length;
    }
    const found = one('[data-act="found"]');
    if (found) found.hidden = whole || here === boxes.length && here === +form.dataset.found!;
    form.dataset.hydrated = '';
    if (picked.size) form.dataset.selected = `${picked.size}`;
    else delete form.dataset.selected;
    const size = one('[data-size]')!;
    size.textContent = size.dataset.size!.replace('#', grouped(picked.size));

    const counts = new Map<string, number>();
    picked.forEach(kind => counts.set(kind, (counts.get(kind) ?? 0) + 1));
    for (const button of form.querySelectorAll<HTMLButtonElement>('[data-fits]')) {
        const count = button.dataset.fits!.split(' ').reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
        button.dataset.name ??= button.textContent!;
        button.textContent = `${button.dataset.name} (${grouped(count)})`;
        button.hidden = !count;
    }
}

/** Asks the server, or says that it did not answer. */
async function ask(address: string, body: URLSearchParams, accept: string) {
    one('[data-failed]')!.hidden = true;
    try {
        const answer = await fetch(address, { method: 'POST', body, headers: { accept } });
        if (answer.redirected || answer.status === 401) location.reload();
        else if (answer.ok) return answer;
    } catch { /* said below */ }
    one('[data-failed]')!.hidden = false;
}

async function pickFound() {
    const filter = new URLSearchParams();
    for (const field of form.querySelectorAll<HTMLInputElement>('input[type="hidden"]')) filter.set(field.name, field.value);
    const answer = await ask('/api/found_tasks', filter, 'application/json');
    if (!answer) return;
    add(await answer.json());
    whole = true;
    keep();
}

/** «Только выбранные»: the page of the selected, in the order and on the page that `query` says. */
async function showPicked(query: string) {
    const answer = await ask(`${location.pathname}${query}`, new URLSearchParams({ tasks: write(picked.keys()) }), 'text/html');
    if (!answer) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.querySelector('main')!.replaceWith(page.querySelector('main')!);
    begin();
    one('[data-act="only"]')?.focus();
}

function clicked(event: MouseEvent) {
    const target = event.target as HTMLElement;
    const box = boxes.find(box => box === target);
    if (box) {
        const start = event.shiftKey && anchor ? boxes.indexOf(anchor) : -1;
        const [from, to] = [start < 0 ? boxes.indexOf(box) : start, boxes.indexOf(box)];
        set(boxes.slice(Math.min(from, to), Math.max(from, to) + 1), box.checked);
        anchor = box;
    } else if (target.matches('[data-testid="select-page"]')) {
        set(boxes, boxes.some(box => !picked.has(+box.value)));
    }
    const act = target.closest<HTMLElement>('[data-act]')?.dataset.act;
    if (act === 'page') set(boxes, true);
    if (act === 'found') pickFound();
    if (act === 'only') {
        if ('picked' in form.dataset) location.reload();
        else showPicked('');
    }
}

function pressed(event: KeyboardEvent) {
    if (!(event.target as HTMLElement).closest('table')) return;
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyA') {
        event.preventDefault();
        set(boxes, true);
        return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const here = boxes.find(box => box === event.target);
    const next = here && step && boxes[boxes.indexOf(here) + step];
    if (!next) return;
    event.preventDefault();
    if (event.shiftKey) {
        set([here, next], true);
        anchor = next;
    }
    next.focus();
}

function begin() {
    const list = document.querySelector<HTMLFormElement>('form[data-list]');
    if (!list) return;
    form = list;
    boxes = [...form.querySelectorAll<HTMLInputElement>('input[data-class]')];
    anchor = undefined;
    whole = false;
    const early = boxes.filter(box => box.checked);
    recall();
    for (const box of boxes) if (picked.has(+box.value)) picked.set(+box.value, classOf(box));
    set(early, true);
    form.addEventListener('click', clicked);
    form.addEventListener('keydown', pressed);
    form.addEventListener('reset', event => {
        event.preventDefault();
        picked.clear();
        whole = false;
        keep();
        if ('picked' in form.dataset) location.reload();
    });
    form.addEventListener('formdata', ({ formData }) => {
        for (const name of boxes.map(box => box.name)) formData.delete(name);
        formData.set('tasks', write(picked.keys()));
    });
    if ('picked' in form.dataset) {
        // The ways to other pages and orders lead to those of the selected.
        for (const link of document.querySelectorAll<HTMLAnchorElement>('.pager a, thead a')) {
            link.addEventListener('click', event => {
                event.preventDefault();
                showPicked(new URL(link.href).search);
            });
        }
    }
}

// What was begun is confirmed: the selection has done its service. If the server refuses, this page comes again.
const ending = document.querySelector<HTMLFormElement>('form[data-ends]');
if (ending) {
    const list = ending.dataset.ends!;
    sessionStorage.removeItem(`${list}-over`);
    ending.addEventListener('submit', event => {
        if (!event.submitter?.hasAttribute('formaction')) sessionStorage.setItem(`${list}-over`, '');
    });
} else {
    const forget = () => {
        const list = document.querySelector<HTMLFormElement>('form[data-list]')?.dataset.list;
        if (list && sessionStorage.getItem(`${list}-over`) !== null) {
            sessionStorage.removeItem(list);
            sessionStorage.removeItem(`${list}-over`);
        }
    };
    forget();
    begin();
    // Back from elsewhere, to the page as it was left.
    addEventListener('pageshow', event => {
        if (!event.persisted || !form) return;
        forget();
        recall();
        show();
    });
}
