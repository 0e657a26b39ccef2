// Passkeys (WebAuthn): a form with `data-passkey` asks the server what to ask the browser for, the browser asks whoever
// sits before it, and what it answers is sent as a form, so that pages answer as they always do. All words are the form's.

type Form = HTMLFormElement & { dataset: DOMStringMap };

const forms = () => [...document.querySelectorAll<Form>('form[data-passkey]')];
const button = (form: Form) => form.querySelector<HTMLButtonElement>('button')!;

/** Says one of the form's words, or nothing any more. */
function say(form: Form, word?: string) {
    const says = form.querySelector<HTMLElement>('[data-says]')!;
    says.textContent = word ? form.dataset[word]! : '';
    const origin = form.dataset.origin!;
    const there = Object.assign(document.createElement('a'), { href: origin + location.pathname, textContent: origin });
    if (word === 'elsewhere') says.append(' ', there);
    says.hidden = !word;
}

/** What went wrong, by the name of its exception: WebAuthn Level 3, 5.1.3 and 5.1.4. */
const words: Record<string, string> = {
    NotAllowedError: 'cancelled',
    AbortError: 'cancelled',
    InvalidStateError: 'known',
    ConstraintError: 'weak',
    NotSupportedError: 'weak',
    SecurityError: 'elsewhere',
};

/** What the server answers; where it refuses, the page is shown again with why, as after any form. */
async function options(form: Form) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.set(name, `${value}`);
    const answer = await fetch(form.dataset.begin!, { method: 'POST', body, headers: { accept: 'application/json' } });
    const text = await answer.text();
    if (answer.ok) return JSON.parse(JSON.parse(text));
    const here = new URL(location.href);
    const bytes = String.fromCharCode(...new TextEncoder().encode(text));
    here.searchParams.set('__err', btoa(bytes).replaceAll('+', '-').replaceAll('/', '_'));
    location.replace(here);
}

/** Sends the answer; of the form's own fields only those that nobody has typed. */
function send(form: Form, answer: PublicKeyCredential) {
    const sent = document.createElement('form');
    sent.method = 'post';
    sent.action = form.action;
    const put = (name: string, value: string) => sent.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    for (const field of form.querySelectorAll<HTMLInputElement>('input[type="hidden"]')) put(field.name, field.value);
    put('answer', JSON.stringify(answer.toJSON()));
    document.body.append(sent);
    sent.submit();
}

/** One may press again. */
function again(form: Form, word: string) {
    say(form, word);
    button(form).disabled = false;
    button(form).focus();
}

async function ask(form: Form) {
    say(form);
    // What was wrong the last time may be right now.
    form.querySelectorAll('.field-error').forEach(error => error.remove());
    form.querySelectorAll('[aria-invalid]').forEach(field => ['aria-invalid', 'aria-describedby'].forEach(name => field.removeAttribute(name)));
    button(form).disabled = true;
    let asked;
    try {
        asked = await options(form);
    } catch {
        return again(form, 'offline');
    }
    if (!asked) return;
    try {
        const answer = form.dataset.passkey === 'create'
            ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked) })
            : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
        send(form, answer as PublicKeyCredential);
    } catch (error) {
        again(form, words[(error as Error).name] ?? 'failed');
    }
}

for (const form of forms()) {
    const able = 'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
    const why = location.origin !== form.dataset.origin ? 'elsewhere' : able ? undefined : 'unable';
    if (why) {
        say(form, why);
        continue;
    }
    form.hidden = false;
    button(form).disabled = false;
    form.addEventListener('submit', event => {
        event.preventDefault();
        if (!button(form).disabled) ask(form);
    });
}
// Back from elsewhere, to the page as it was left.
addEventListener('pageshow', event => {
    if (event.persisted) location.reload();
});

export {};
