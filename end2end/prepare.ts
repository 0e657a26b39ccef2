// Runs once before the suite: what it needs and does not find, it makes.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { find, install } from './chromium';
import { binary, root } from './licentia.mjs';

export default function prepare() {
    process.env.CHROMIUM = find() ?? install();
    if (process.env.LICENTIA_URL || existsSync(binary)) return;
    if (process.env.LICENTIA_BIN) throw new Error(`LICENTIA_BIN: there is no ${binary}`);
    if (spawnSync('make', ['build'], { cwd: root, stdio: 'inherit' }).status !== 0) throw new Error('make build failed');
}
