// What every test starts from: its own server with its own fresh demo, and, on request, a signed-in administrator.
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { binary, start } from './licentia.mjs';
import { People } from './people';

export { expect } from '@playwright/test';

export const EMAIL = process.env.E2E_EMAIL ?? 'admin@romashka.example';
export const PASSWORD = process.env.E2E_PASSWORD ?? 'licentia-demo';

/** A running installation; `LICENTIA_URL` names one that runs already. */
export type Desk = { url: string; database: string };

/** Makes a database that is a copy of the demo, seeded once for each worker; `session` is a cookie that every copy knows. */
type Databases = { fresh(): Promise<{ url: string; drop(): Promise<void> }>; drop(): Promise<void>; session: string };

type Fixtures = {
    desk: Desk;
    /** Who is signed in already; no page is open yet. */
    admin: Page;
    /** The same administrator in another browser. */
    colleague: Page;
    /** `admin` before the table of people, which is awake. */
    people: People;
    /** What a browser complained of: a test that leaves any of it fails. */
    complaints: string[];
};

export const test = base.extend<Fixtures, { databases: Databases }>({
    databases: [
        async ({}, use, { workerIndex }) => {
            const url = process.env.LICENTIA_URL;
            const given = process.env.E2E_DATABASE_URL;
            const databases = url ? await running(url) : await (given ? postgres(given, workerIndex) : sqlite());
            await use(databases);
            await databases.drop();
        },
        { scope: 'worker', timeout: 120_000 },
    ],

    desk: async ({ databases }, use) => {
        const url = process.env.LICENTIA_URL;
        if (url) return use({ url, database: '' });
        const database = await databases.fresh();
        const server = await start(database.url);
        await use({ url: server.url, database: database.url });
        await server.stop();
        await database.drop();
    },

    baseURL: async ({ desk }, use) => use(desk.url),

    complaints: [
        async ({}, use) => {
            const complaints: string[] = [];
            await use(complaints);
            base.expect(complaints, 'exceptions and errors on the console').toEqual([]);
        },
        { auto: true },
    ],

    context: async ({ context, complaints }, use) => {
        watch(context, complaints);
        await use(context);
    },

    admin: async ({ page, context, desk, databases }, use) => {
        await remember(context, desk, databases.session);
        await use(page);
    },

    colleague: async ({ browser, desk, databases, complaints, contextOptions }, use) => {
        const context = await browser.newContext({ ...contextOptions, baseURL: desk.url, locale: 'ru-RU' });
        watch(context, complaints);
        await remember(context, desk, databases.session);
        await use(await context.newPage());
        await context.close();
    },

    people: async ({ admin }, use) => {
        const people = new People(admin);
        await people.open();
        await use(people);
    },
});

/** Refusals are answers too, tests cut the line themselves, and look into letters, which run no scripts: the browser says so. */
const EXPECTED =
    /^(Failed to load resource: (the server responded with a status of 4\d\d|net::ERR_FAILED)|Blocked script execution in '[^']*\/letters\/\d+\/html')/;

function watch(context: BrowserContext, complaints: string[]) {
    context.on('weberror', error => complaints.push(`${error.error()}`));
    context.on('console', message => {
        if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(message.text());
    });
}

async function remember(context: BrowserContext, desk: Desk, session: string) {
    const [name = '', value = ''] = session.split('=');
    await context.addCookies([{ name, value, url: desk.url, httpOnly: true, sameSite: 'Lax' }]);
}

/** Fills in the form of /sign-in and sends it. */
export async function signIn(page: Page, password = PASSWORD, email = EMAIL) {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Пароль').fill(password);
    await page.getByRole('button', { name: 'Войти' }).click();
}

/** Another browser of the same kind. */
export function like(page: Page, baseURL: string) {
    const viewport = page.viewportSize()!;
    const phone = viewport.width < 760;
    return { locale: 'ru-RU', baseURL, viewport, hasTouch: phone, isMobile: phone };
}

/** Signs somebody in, in a browser of their own of the same kind. */
export async function as(browser: Browser, page: Page, baseURL: string, email: string) {
    const own = await (await browser.newContext(like(page, baseURL))).newPage();
    await signIn(own, PASSWORD, email);
    await base.expect(own).not.toHaveURL(/sign-in/);
    return own;
}

/** The same, once more: a large deed wants whoever has lately shown who they are. */
export async function again(people: People) {
    await people.page.context().clearCookies();
    await signIn(people.page);
    await people.open();
}

/** Keeps a picture of the whole page as end2end/artifacts/<project>-<name>.png. */
export async function shot(page: Page, name: string) {
    const file = `${test.info().project.name}-${name}.png`;
    await page.screenshot({ path: path.join(import.meta.dirname, 'artifacts', file), fullPage: true });
}

/** Brings two keys of УНЭП EasyDocs, AB12-3456 with the PIN 98765432 among them: seven seats each for a year. */
export async function keys(desk: Desk) {
    const batch = path.join(test.info().outputPath(), 'keys.csv');
    await writeFile(batch, 'AB12-3456;98765432\nAB12-3457;12345678\n');
    const said = execFileSync(binary, ['keys', '--database-url', desk.database, 'import', batch, '--product', '2', '--seats', '7', '--months', '12'], { encoding: 'utf8' });
    base.expect(said).toContain('2 keys');
}

/** Seeds `url` by one start of the server, and signs in. */
async function seed(url: string, drop: () => Promise<void>) {
    try {
        const server = await start(url);
        try {
            return await session(server.url);
        } finally {
            await server.stop();
        }
    } catch (error) {
        await drop();
        throw error;
    }
}

/** Signs in as the form does; the session cookie. */
async function session(url: string) {
    const body = new URLSearchParams({ email: EMAIL, password: PASSWORD });
    const answer = await fetch(`${url}/api/sign_in`, { method: 'POST', body, redirect: 'manual', headers: { accept: 'text/html' } });
    const cookie = answer.headers.getSetCookie().find(cookie => /licentia=./.test(cookie));
    if (!cookie) throw new Error(`${url} did not let ${EMAIL} in: ${answer.status}`);
    return cookie.slice(0, cookie.indexOf(';'));
}

/** A running installation has its own database. */
async function running(url: string): Promise<Databases> {
    const fresh = () => Promise.reject(new Error(`${url} runs already`));
    return { fresh, drop: async () => {}, session: await session(url) };
}

async function sqlite(): Promise<Databases> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-e2e-'));
    const drop = () => rm(folder, { recursive: true });
    const session = await seed(`sqlite://${folder}/seed/e2e.db`, drop);
    let count = 0;
    return {
        async fresh() {
            const copy = path.join(folder, `${++count}`);
            // The whole folder: SQLite may have left a write-ahead log beside the file.
            await cp(path.join(folder, 'seed'), copy, { recursive: true });
            return { url: `sqlite://${copy}/e2e.db`, drop: () => rm(copy, { recursive: true }) };
        },
        drop,
        session,
    };
}

/** `url` names a server where the suite may create databases; psql must be on PATH. */
async function postgres(url: string, worker: number): Promise<Databases> {
    const sql = (text: string) => execFileSync('psql', [url, '-qc', text]);
    const at = (name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const template = `licentia_e2e_${process.pid}_${worker}`;
    sql(`CREATE DATABASE ${template}`);
    const drop = async () => void sql(`DROP DATABASE ${template} WITH (FORCE)`);
    const session = await seed(at(template), drop);
    let count = 0;
    return {
        async fresh() {
            const name = `${template}_${++count}`;
            sql(`CREATE DATABASE ${name} TEMPLATE ${template}`);
            return { url: at(name), drop: async () => void sql(`DROP DATABASE ${name} WITH (FORCE)`) };
        },
        drop,
        session,
    };
}
