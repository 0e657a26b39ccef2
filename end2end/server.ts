// What every test starts from: its own server with its own fresh demo, and, on request, a signed-in administrator.
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test as base, type Page } from '@playwright/test';
import { start } from './licentia.mjs';

export { expect } from '@playwright/test';

/** A running installation; `LICENTIA_URL` names one that runs already. */
export type Desk = { url: string };

/** Makes a database that is a copy of the demo, seeded once for each worker. */
type Databases = { fresh(): Promise<{ url: string; drop(): Promise<void> }>; drop(): Promise<void> };

export const test = base.extend<{ desk: Desk; admin: Page }, { databases: Databases }>({
    databases: [
        async ({}, use, { workerIndex }) => {
            const given = process.env.E2E_DATABASE_URL;
            const databases = process.env.LICENTIA_URL ? undefined : await (given ? postgres(given, workerIndex) : sqlite());
            await use(databases!);
            await databases?.drop();
        },
        { scope: 'worker', timeout: 120_000 },
    ],

    desk: async ({ databases }, use) => {
        const url = process.env.LICENTIA_URL;
        if (url) return use({ url });
        const database = await databases.fresh();
        const server = await start(database.url);
        await use({ url: server.url });
        await server.stop();
        await database.drop();
    },

    baseURL: async ({ desk }, use) => use(desk.url),

    admin: async ({ page }, use) => {
        await signIn(page);
        await page.waitForURL(/\/users/);
        await use(page);
    },
});

/** Fills in the form of /sign-in and sends it. */
export async function signIn(page: Page, password = process.env.E2E_PASSWORD ?? 'licentia-demo') {
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill(process.env.E2E_EMAIL ?? 'admin@romashka.example');
    await page.getByLabel('Пароль').fill(password);
    await page.getByRole('button', { name: 'Войти' }).click();
}

/** Keeps a picture of the whole page as end2end/artifacts/<project>-<name>.png. */
export async function shot(page: Page, name: string) {
    const file = `${test.info().project.name}-${name}.png`;
    await page.screenshot({ path: path.join(import.meta.dirname, 'artifacts', file), fullPage: true });
}

/** Seeds `url` by one start of the server. */
async function seed(url: string, drop: () => Promise<void>) {
    try {
        await (await start(url)).stop();
    } catch (error) {
        await drop();
        throw error;
    }
}

async function sqlite(): Promise<Databases> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-e2e-'));
    const drop = () => rm(folder, { recursive: true });
    await seed(`sqlite://${folder}/seed/e2e.db`, drop);
    let count = 0;
    return {
        async fresh() {
            const copy = path.join(folder, `${++count}`);
            // The whole folder: SQLite may have left a write-ahead log beside the file.
            await cp(path.join(folder, 'seed'), copy, { recursive: true });
            return { url: `sqlite://${copy}/e2e.db`, drop: () => rm(copy, { recursive: true }) };
        },
        drop,
    };
}

/** `url` names a server where the suite may create databases; psql must be on PATH. */
async function postgres(url: string, worker: number): Promise<Databases> {
    const sql = (text: string) => execFileSync('psql', [url, '-qc', text]);
    const at = (name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const template = `licentia_e2e_${process.pid}_${worker}`;
    sql(`CREATE DATABASE ${template}`);
    const drop = async () => void sql(`DROP DATABASE ${template} WITH (FORCE)`);
    await seed(at(template), drop);
    let count = 0;
    return {
        async fresh() {
            const name = `${template}_${++count}`;
            sql(`CREATE DATABASE ${name} TEMPLATE ${template}`);
            return { url: at(name), drop: async () => void sql(`DROP DATABASE ${name} WITH (FORCE)`) };
        },
        drop,
    };
}
