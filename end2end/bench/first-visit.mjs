#!/usr/bin/env node
// node first-visit.mjs [PROGRAM]: what an administrator's browser downloads at the first visit, and when the table is seen.
//
// A browser that has signed in but cached nothing opens /users through a slow network. Counted is what comes over the
// wire, headers included. Compared with 1.6 times what a «hello world» of Leptos downloads.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { root, start } from '../licentia.mjs';

const HELLO_WORLD = (145 + 6) * 1024;
const TARGET = 1.6 * HELLO_WORLD;
const VISITS = 3;
/** «Slow 4G» of Lighthouse: so slow that the order of what happens means something. */
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

/** @typedef {{ url: string, kind: string, coding: string, bytes: number }} File */
/** @typedef {{ files: File[], first: number, largest: number, wasm: number }} Visit Moments in milliseconds. */

const program = path.resolve(process.argv[2] ?? process.env.LICENTIA_BIN ?? path.join(root, 'target/release/licentia'));
const browsers = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', chromium.executablePath()];
const executablePath = browsers.find(file => file && existsSync(file));
const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-first-visit-'));
const server = await start(`sqlite://${folder}/bench.db`, program);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
    const visits = [];
    for (let i = 0; i < VISITS; i++) visits.push(await visit());
    report(visits);
} finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
}

/**
 * One first visit: a context is a browser profile of its own, with an empty cache.
 * @returns {Promise<Visit>}
 */
async function visit() {
    const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1440, height: 900 } });
    // Without a page, or signing in would fill the cache.
    const signed = await context.request.post('/api/sign_in', {
        form: { email: 'admin@romashka.example', password: 'licentia-demo' },
        headers: { accept: 'application/json' },
    });
    if (signed.status() >= 400) throw new Error(`/api/sign_in answered ${signed.status()}`);

    const page = await context.newPage();
    await page.addInitScript(() => {
        Object.assign(window, { paints: /** @type {number[]} */ ([]) });
        new PerformanceObserver(list => {
            for (const entry of list.getEntries()) /** @type {any} */ (window).paints.push(entry.startTime);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
    });
    const devtools = await context.newCDPSession(page);
    /** @type {Map<string, File>} */
    const files = new Map();
    devtools.on('Network.responseReceived', ({ requestId, response }) => {
        const name = new URL(response.url).pathname;
        const ending = path.extname(name).slice(1);
        const coding = Object.entries(response.headers).find(([header]) => header.toLowerCase() === 'content-encoding')?.[1] ?? 'plain';
        files.set(requestId, { url: name, kind: ending || response.mimeType.replace(/^.*\//, ''), coding, bytes: 0 });
    });
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        const file = files.get(requestId);
        if (file) file.bytes = encodedDataLength;
    });
    await devtools.send('Network.enable');
    await devtools.send('Network.clearBrowserCache');
    await devtools.send('Network.emulateNetworkConditions', NETWORK);

    await page.goto('/users', { waitUntil: 'networkidle', timeout: 120_000 });
    await page.waitForFunction(() => performance.getEntriesByType('resource').some(entry => entry.name.endsWith('.wasm')));
    // What waking paints anew is a candidate too.
    await page.waitForTimeout(1000);
    const times = await page.evaluate(() => ({
        first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
        largest: /** @type {number[]} */ (/** @type {any} */ (window).paints).at(-1) ?? NaN,
        wasm: Math.max(...performance.getEntriesByType('resource')
            .filter(entry => entry.name.endsWith('.wasm'))
            .map(entry => /** @type {PerformanceResourceTiming} */ (entry).responseEnd)),
    }));
    await context.close();
    return { files: [...files.values()], ...times };
}

/** @param {Visit[]} visits */
function report(visits) {
    const kb = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(1)} KB`;
    const middle = (/** @type {(visit: Visit) => number} */ of) =>
        visits.map(of).sort((a, b) => a - b)[VISITS >> 1] ?? NaN;
    const files = visits[0]?.files ?? [];

    console.log(`\nfirst visit to /users, ${program}`);
    for (const kind of new Set(files.map(file => file.kind))) {
        const these = files.filter(file => file.kind === kind);
        const bytes = these.reduce((sum, file) => sum + file.bytes, 0);
        const codings = [...new Set(these.map(file => file.coding))].join(', ');
        console.log(`  ${kind.padEnd(8)} ${kb(bytes).padStart(9)}  ${codings}${these.length > 1 ? `, ${these.length} requests` : ''}`);
    }
    const sum = files.reduce((sum, file) => sum + file.bytes, 0);
    console.log(`  ${'sum'.padEnd(8)} ${kb(sum).padStart(9)}  target ${kb(TARGET)}: ×${(sum / HELLO_WORLD).toFixed(2)} of hello world, target ×1.6${sum > TARGET ? '  over' : ''}`);

    const largest = middle(visit => visit.largest);
    const wasm = middle(visit => visit.wasm);
    const first = middle(visit => visit.first);
    console.log(`  at 1.6 Mbit/s and 150 ms: first paint ${first.toFixed(0)} ms, largest ${largest.toFixed(0)} ms, WASM loaded ${wasm.toFixed(0)} ms`);
    console.log(`  the largest paint comes ${largest < wasm ? 'before' : 'after'} the WASM${largest < wasm ? '' : '  over'}`);
}
