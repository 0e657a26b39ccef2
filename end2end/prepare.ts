// Runs once before the suite: what it needs and does not find, it makes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { find, install } from './chromium';
import { binary, root } from './licentia.mjs';

export default function prepare() {
    process.env.CHROMIUM = find() ?? install();
    if (process.env.LICENTIA_URL) return;
    if (process.env.LICENTIA_BIN) {
        if (!existsSync(binary)) throw new Error(`LICENTIA_BIN: there is no ${binary}`);
        return;
    }
    // The daily build reads the site from its folder.
    if (existsSync(binary) && existsSync(path.join(root, 'target/site/pkg/manifest.json'))) return;
    if (spawnSync('make', ['site', 'build'], { cwd: root, stdio: 'inherit' }).status !== 0) throw new Error('make site build failed');
}
