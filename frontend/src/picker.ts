// One selection over all pages of a list that the server renders: it drives the boxes, the counts, the buttons, and what
// is sent. It lasts as long as the browser's tab; without this script the boxes of one page are sent.
//
// The list is a form with `data-list`, its selection's name. Its boxes carry their id and, in `data-class`, what decides
// which deeds fit them; its buttons carry in `data-fits` the classes that they are for.

/** Ids and their classes, and how many there are of each class. */
let picked = new Map<number, string>();
let counts = new Map<string, number>();
/** Everything that the filter finds was picked, and nothing left out since. */
let whole = false;
/** Where a range begins. */
let anchor: HTMLInputElement | undefined;
let form: HTMLFormElement;
let boxes: HTMLInputElement[];
let writing = 0;

/** How long the selection may be behind on the disk. */
const LAG = 200;

const one = <E extends HTMLElement>(selector: string) => form.querySelector<E>(selector);
const grouped = (count: number) => `${count}`.replace(/\B(?=(\d{3})+$)/g, '\u00a0');
const classOf = (box: HTMLInputElement) => box.dataset.class ?? '';
const shows = () => 'picked' in form.dataset;

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

const count = (kind: string, by: number) => counts.set(kind, (counts.get(kind) ?? 0) + by);

/** Picks one, or notes what has become of it since. */
function put(id: number, kind: string) {
    drop(id);
    picked.set(id, kind);
    count(kind, 1);
}

function drop(id: number) {
    const kind = picked.get(id);
    if (kind === undefined) return;
    picked.delete(id);
    count(kind, -1);
}

function clear() {
    picked = new Map();
    counts = new Map();
    whole = false;
    anchor = undefined;
}

const add = (found: [string, string][]) => found.forEach(([kind, ids]) => read(ids).forEach(id => put(id, kind)));

/** Writes the selection down. A browser that has no room for it keeps it as long as the page. */
function save() {
    clearTimeout(writing);
    writing = 0;
    const byClass = new Map<string, number[]>();
    picked.forEach((kind, id) => {
        const ids = byClass.get(kind);
        if (ids) ids.push(id);
        else byClass.set(kind, [id]);
    });
    const text = JSON.stringify([...byClass].map(([kind, ids]) => [kind, write(ids)]));
    try {
        sessionStorage.setItem(form.dataset.list!, text);
    } catch {
        sessionStorage.removeItem(form.dataset.list!);
    }
}

function changed() {
    show();
    writing ||= window.setTimeout(save, LAG);
}

function recall() {
    clear();
    add(JSON.parse(sessionStorage.getItem(form.dataset.list!) ?? '[]'));
}

function set(these: HTMLInputElement[], on: boolean) {
    for (const box of these) {
        if (on) put(+box.value, classOf(box));
        else drop(+box.value);
    }
    whole &&= on;
    changed();
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
    for (const button of form.querySelectorAll<HTMLButtonElement>('[data-fits]')) {
        const fits = button.dataset.fits!.split(' ').reduce((sum, kind) => sum + (counts.get(kind) ?? 0), 0);
        button.dataset.name ??= button.textContent!;
        button.textContent = `${button.dataset.name} (${grouped(fits)})`;
        button.hidden = !fits;
    }
}

/** Asks the server, or says that it did not answer. */
async function ask(address: string, body: URLSearchParams, accept: string) {
    one('[data-failed]')!.hidden = true;
    try {
        const answer = await fetch(address, { method: 'POST', body, headers: { accept } });
        if (answer.ok && !answer.redirected) return answer;
        if (answer.redirected || answer.status === 401) return void location.reload();
    } catch { /* said below */ }
    one('[data-failed]')!.hidden = false;
}

async function pickFound() {
    const filter = new URLSearchParams();
    for (const field of form.querySelectorAll<HTMLInputElement>('input[type="hidden"]')) filter.set(field.name, field.value);
    const answer = await ask(new URL('found_tasks', form.action).pathname, filter, 'application/json');
    if (!answer) return;
    add(await answer.json());
    whole = true;
    changed();
    // What was pressed is gone.
    one('[data-act="only"]')?.focus();
}

/** «Только выбранные»: the page of the selected, in the order and on the page that `query` says. */
async function showPicked(query: string, focus: string) {
    const answer = await ask(`${location.pathname}${query}`, new URLSearchParams({ tasks: write(picked.keys()) }), 'text/html');
    if (!answer) return;
    save();
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    document.querySelector('main')!.replaceWith(page.querySelector('main')!);
    begin();
    document.querySelector<HTMLElement>(focus)?.focus();
}

/** The whole list again, on which the selection stays. */
function showAll() {
    save();
    location.reload();
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
        if (shows()) showAll();
        else showPicked('', '[data-act="only"]');
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
    const early = boxes.filter(box => box.checked);
    recall();
    // Whoever is here may have gone on since he was picked; of the selected the server says it of all.
    add(JSON.parse(form.dataset.classes ?? '[]'));
    for (const box of boxes) if (picked.has(+box.value)) put(+box.value, classOf(box));
    set(early, true);
    form.addEventListener('click', clicked);
    form.addEventListener('keydown', pressed);
    form.addEventListener('reset', event => {
        event.preventDefault();
        clear();
        changed();
        if (shows()) showAll();
        else one('[data-testid="select-page"]')?.focus();
    });
    form.addEventListener('formdata', ({ formData }) => {
        for (const name of new Set(boxes.map(box => box.name))) formData.delete(name);
        formData.set('tasks', write(picked.keys()));
        sessionStorage.setItem(`${form.dataset.list}-begun`, '');
    });
    if (!shows()) return;
    // The ways to other pages and orders lead to those of the selected.
    for (const link of document.querySelectorAll<HTMLAnchorElement>('.pager a, thead a')) {
        link.addEventListener('click', event => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
            event.preventDefault();
            const column = link.closest('th')?.className;
            showPicked(new URL(link.href).search, column ? `thead .${column} a` : '.pager a');
        });
    }
}

// What was begun with the selection ends it as soon as it is done, and nothing else does: first it has no number, then
// the page on which it is confirmed says it, then the page that tells of it.
const told = (name: 'steps' | 'done') => document.querySelector<HTMLElement>(`[data-${name}]`)?.dataset[name]?.split(' ');
const [steps, done] = [told('steps'), told('done')];
if (steps && sessionStorage.getItem(`${steps[0]}-begun`) === '') sessionStorage.setItem(`${steps[0]}-begun`, steps[1]!);
if (done && sessionStorage.getItem(`${done[0]}-begun`) === done[1]) sessionStorage.removeItem(done[0]!);

const arrive = () => {
    const list = document.querySelector<HTMLFormElement>('form[data-list]')?.dataset.list;
    if (list) sessionStorage.removeItem(`${list}-begun`);
};
arrive();
begin();
addEventListener('pagehide', () => {
    if (writing) save();
});
// Back from elsewhere, to the page as it was left.
addEventListener('pageshow', event => {
    if (!event.persisted || !form) return;
    arrive();
    if (shows()) return void location.reload();
    recall();
    show();
});
