#!/usr/bin/env node
// Builds target/site, everything that a browser downloads. What did not change is not built again.
//
//   node frontend/build.mjs            as shipped: small, fully compressed
//   node frontend/build.mjs --dev      quick: dev profile, no wasm-opt, light compression
//   … --assets                         style/ and public/ only, for when no Rust changed
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const dev = process.argv.includes('--dev');
const root = path.dirname(import.meta.dirname);
const target = path.join(root, 'target');
const site = path.join(target, 'site');
const work = path.join(target, 'site-build', dev ? 'dev' : 'release');
process.chdir(root);
process.env.CARGO_TARGET_DIR = target;
process.env.PATH = `${target}/tools/bin:${process.env.PATH}`;

const hash = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest('hex').slice(0, 16);
const read = file => fs.readFile(file).catch(() => undefined);
const list = async dir => (await fs.readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []))
    .filter(entry => entry.isFile())
    .map(entry => path.relative(dir, path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
let writes = 0;
const write = async (file, bytes) => {
    const fresh = `${file}.${process.pid}-${++writes}`;
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(fresh, bytes);
    await fs.rename(fresh, file);
};
const run = (command, ...args) => {
    const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
    if (error) console.error(`${command}: ${error.message}`);
    if (status !== 0) process.exit(status ?? 1);
};

if (!process.argv.includes('--assets')) {
    run('cargo', 'build', '-p', 'frontend', '--target', 'wasm32-unknown-unknown', '--profile', dev ? 'dev' : 'wasm-release');
}
await bind(path.join(target, 'wasm32-unknown-unknown', dev ? 'debug' : 'wasm-release', 'frontend.wasm'));
await publish(await collect());

/** rustc's WASM → wasm-bindgen → wasm-opt, into `work/bound`. */
async function bind(wasm) {
    const wanted = /name = "wasm-bindgen"\nversion = "(.+)"/.exec(await fs.readFile('Cargo.lock', 'utf8'))[1];
    const stamp = hash(await fs.readFile(wasm), wanted, await fs.readFile('frontend/package-lock.json'), await fs.readFile(import.meta.filename));
    if (`${await read(`${work}/stamp`)}` === stamp) return;

    // wasm-bindgen and the crate speak a format that changes with every version.
    const found = spawnSync('wasm-bindgen', ['--version'], { encoding: 'utf8' }).stdout?.trim();
    if (found !== `wasm-bindgen ${wanted}`) {
        console.error(`Нужен wasm-bindgen ${wanted}, найден: ${found ?? 'никакой'}. Выполните: make setup`);
        console.error(`wasm-bindgen ${wanted} is needed, found: ${found ?? 'none'}. Run: make setup`);
        process.exit(1);
    }
    await fs.rm(`${work}/stamp`, { force: true });
    await fs.rm(`${work}/bound`, { recursive: true, force: true });
    // No default path: the page says where the hashed module is, `init({ module_or_path: '/pkg/….wasm' })`.
    run('wasm-bindgen', wasm, '--target', 'web', '--no-typescript', '--omit-default-module-path', '--out-name', 'licentia', '--out-dir', `${work}/bound`);
    const module = `${work}/bound/licentia_bg.wasm`;
    // No --enable-… flags: rustc lists the features it used in the module, and wasm-opt reads the list.
    // Brotli likes functions of like names side by side, and each by itself: one that is inlined into its only caller
    // resembles nothing any more. Together 8 % of what is downloaded.
    const passes = ['--reorder-functions-by-name', '-Oz', '--converge', '--one-caller-inline-max-function-size', '8'];
    if (!dev) run('frontend/node_modules/.bin/wasm-opt', ...passes, module, '-o', module);
    await write(`${work}/stamp`, stamp);
}

/** What wasm-bindgen and people write, without what only people read. */
async function minify(text, loader) {
    const { transform } = await import('esbuild');
    return (await transform(text, { loader, minify: !dev, format: loader === 'css' ? undefined : 'esm', target: 'es2022' })).code;
}

/** Every file of the site by its path: what carries its content's hash in its name may be cached for ever. */
async function collect() {
    const files = new Map();
    for (const name of await list('public')) files.set(name, await fs.readFile(`public/${name}`));

    // The table of people needs the first of them; the pages of the other sections all. Each file begins with its number.
    const sheets = (await list('style')).filter(name => name.endsWith('.css')).sort();
    const style = async names => minify((await Promise.all(names.map(name => fs.readFile(`style/${name}`, 'utf8')))).join('\n'), 'css');
    const css = await style(sheets.filter(name => name < '85'));
    const sections = await style(sheets.filter(name => name >= '85'));

    // wasm-bindgen names the scripts of crates after the crate, not the content: their folder gets the hash.
    const snippets = await list(`${work}/bound/snippets`);
    const scripts = await Promise.all(snippets.map(name => fs.readFile(`${work}/bound/snippets/${name}`)));
    const folder = `snippets.${hash(...snippets, ...scripts)}`;
    snippets.forEach((name, i) => files.set(`pkg/${folder}/${name}`, scripts[i]));

    const glue = (await fs.readFile(`${work}/bound/licentia.js`, 'utf8')).replaceAll("'./snippets/", `'./${folder}/`);
    const js = await minify(glue, 'js');
    for (const [, name] of js.matchAll(/from ?["']\.\/(.+?)["']/g)) {
        if (!files.has(`pkg/${name}`)) throw new Error(`the script imports ${name}, which is not in the site`);
    }

    // Scripts of single pages.
    const small = {};
    for (const name of ['picker', 'passkey', 'manage']) small[name] = await minify(await fs.readFile(`frontend/src/${name}.ts`, 'utf8'), 'ts');

    const manifest = {};
    const made = { js, wasm: await fs.readFile(`${work}/bound/licentia_bg.wasm`), css, sections, ...small };
    for (const [kind, bytes] of Object.entries(made)) {
        const name = kind === 'sections' ? `sections.${hash(bytes)}.css` : kind in small ? `${kind}.${hash(bytes)}.js` : `licentia.${hash(bytes)}.${kind}`;
        manifest[kind] = `/pkg/${name}`;
        files.set(`pkg/${name}`, Buffer.from(bytes));
    }
    return { files, manifest };
}

/** Puts the files into the site under a running server: new ones first, then the manifest that names them, then the stale go. */
async function publish({ files, manifest }) {
    const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_LGBLOCK: block } = zlib.constants;
    // Blocks of up to 2^24 bytes: half a per cent less than the usual ones, for nothing.
    const brotli = { params: dev ? { [quality]: 1 } : { [quality]: 11, [block]: 24 } };
    const packers = {
        br: bytes => promisify(zlib.brotliCompress)(bytes, brotli),
        gz: bytes => promisify(zlib.gzip)(bytes, { level: dev ? 1 : 9 }),
    };
    const kept = new Set(); // names in work/packed, which remembers what compressed to what
    await Promise.all([...files].filter(([name]) => /\.(js|wasm|css|svg|txt)$/.test(name)).flatMap(([name, bytes]) =>
        Object.entries(packers).map(async ([kind, pack]) => {
            const packed = `${hash(bytes)}.${kind}`;
            kept.add(packed);
            const known = await read(`${work}/packed/${packed}`);
            files.set(`${name}.${kind}`, known ?? await pack(bytes));
            if (!known) await write(`${work}/packed/${packed}`, files.get(`${name}.${kind}`));
        })));

    const stale = (await list(site)).filter(name => !files.has(name) && name !== 'pkg/manifest.json');
    let changed = stale.length;
    for (const [name, bytes] of files) {
        if ((await read(path.join(site, name)))?.equals(bytes)) continue;
        await write(path.join(site, name), bytes);
        changed++;
    }
    // Written last and at every change: a release build embeds the site, and this file's time tells cargo to embed it again.
    if (changed || !await read(`${site}/pkg/manifest.json`)) await write(`${site}/pkg/manifest.json`, JSON.stringify(manifest));
    for (const name of stale) await fs.rm(path.join(site, name));
    for (const name of await list(`${work}/packed`)) if (!kept.has(name)) await fs.rm(`${work}/packed/${name}`);

    const kb = bytes => `${Math.ceil(bytes.length / 1024)} KB`;
    for (const name of Object.values(manifest).map(url => url.slice(1))) {
        console.log(`${name}  ${kb(files.get(name))}, compressed ${kb(files.get(`${name}.br`))}`);
    }
    console.log(changed ? `target/site: ${changed} files changed` : 'target/site: up to date');
}
