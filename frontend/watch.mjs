#!/usr/bin/env node
// node frontend/watch.mjs ARGUMENTS…: builds, starts target/debug/licentia ARGUMENTS…, and again at every change.
// Only what a change touched is built; while a build is broken, the last good server goes on.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

process.chdir(path.dirname(import.meta.dirname));
const steps = {
    site: ['node', 'frontend/build.mjs', '--dev'],
    assets: ['node', 'frontend/build.mjs', '--dev', '--assets'],
    server: ['cargo', 'build', '-p', 'server'],
};
const needs = {
    app: ['site', 'server'],
    'frontend/src': ['site'],
    server: ['server'],
    style: ['assets'],
    public: ['assets'],
};

let server;
let due = new Set(['site', 'server']);
let busy = false;
let timer;

for (const [folder, wanted] of Object.entries(needs)) {
    if (!fs.existsSync(folder)) continue;
    fs.watch(folder, { recursive: true }, (_, name) => {
        // Editors leave hidden and backup files while they save.
        if (!name || /(^|\/)\.|~$|\.sw.$/.test(name)) return;
        wanted.forEach(step => due.add(step));
        clearTimeout(timer);
        timer = setTimeout(build, 150);
    });
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { server?.kill(); process.exit(); });
await build();

async function build() {
    if (busy) return;
    busy = true;
    while (due.size) {
        const now = due;
        due = new Set();
        if (now.has('site')) now.delete('assets');
        let good = true;
        for (const step of Object.keys(steps).filter(step => now.has(step))) good &&= await run(...steps[step]);
        if (good) { await restart(); continue; }
        // What a broken build left undone waits for the next change, which may have come meanwhile.
        const changed = due.size > 0;
        now.forEach(step => due.add(step));
        if (!changed) break;
    }
    busy = false;
}

function run(command, ...args) {
    return new Promise(resolve => spawn(command, args, { stdio: 'inherit' }).once('error', () => resolve(false)).once('exit', code => resolve(code === 0)));
}

async function restart() {
    if (server && server.exitCode === null && server.signalCode === null) {
        const gone = new Promise(resolve => server.once('exit', resolve));
        server.kill('SIGTERM');
        // A browser's open connection may hold the farewell up.
        const hurry = setTimeout(() => server.kill('SIGKILL'), 2000);
        await gone;
        clearTimeout(hurry);
    }
    server = spawn('target/debug/licentia', process.argv.slice(2), { stdio: 'inherit' });
    server.once('error', error => console.error(error.message));
}
