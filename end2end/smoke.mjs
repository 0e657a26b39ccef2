#!/usr/bin/env node
// node smoke.mjs PROGRAM: does this one file, alone in an empty folder, let one sign in and serve the table with its WASM?
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import os from 'node:os';
import { start } from './licentia.mjs';

const program = path.resolve(process.argv[2] ?? 'licentia');
const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-smoke-'));
const server = await start(`sqlite://${folder}/smoke.db`, program);
try {
    const body = new URLSearchParams({ email: 'admin@romashka.example', password: 'licentia-demo' });
    const signed = await fetch(`${server.url}/api/sign_in`, { method: 'POST', body, redirect: 'manual' });
    const cookie = signed.headers.get('set-cookie')?.split(';')[0];
    if (!cookie) throw new Error(`signing in answered ${signed.status} and no cookie`);
    const page = await (await get('/users', { cookie })).text();
    const found = ['css', 'js', 'wasm'].map(kind => new RegExp(`/pkg/[^"']+\\.${kind}`).exec(page)?.[0] ?? `no ${kind}`);
    for (const file of found) {
        const size = (await (await get(file, {})).arrayBuffer()).byteLength;
        console.log(`smoke: /users names ${file}, ${size} bytes are served`);
    }
} finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
}

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 */
async function get(url, headers) {
    const answer = await fetch(new URL(url, server.url), { headers });
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
    return answer;
}
