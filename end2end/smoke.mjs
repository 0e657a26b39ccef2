#!/usr/bin/env node
// node smoke.mjs PROGRAM: does this one file, alone in an empty folder, serve the sign-in page and the WASM that it names?
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import os from 'node:os';
import { start } from './licentia.mjs';

const program = path.resolve(process.argv[2] ?? 'licentia');
const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-smoke-'));
const server = await start(`sqlite://${folder}/smoke.db`, program);
try {
    const page = await get('/sign-in');
    const module = /\/pkg\/[^"']+\.wasm/.exec(await page.text())?.[0];
    if (!module) throw new Error('/sign-in names no WASM');
    const size = (await (await get(module)).arrayBuffer()).byteLength;
    console.log(`smoke: /sign-in and ${module} (${size} bytes) are served`);
} finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
}

/** @param {string} url */
async function get(url) {
    const answer = await fetch(server.url + url);
    if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
    return answer;
}
