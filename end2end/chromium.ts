// Which Chromium drives the suite, and how one is installed where there is none.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { chromium } from '@playwright/test';

const candidates = () => [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    chromium.executablePath(),
];

/** The first Chromium that starts: Ubuntu's is a script that may lead nowhere, Playwright's may lack libraries. */
export function find(): string | undefined {
    return candidates().find(path => path && executable(path) && works(path));
}

export function install(): string {
    const say = (command: string, ...args: string[]) => {
        console.log(`Chromium is not here; ${[command, ...args].join(' ')}`);
        return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
    };
    const root = process.getuid?.() === 0;
    const sudo = root ? [] : ['sudo', '-n'];
    const mayInstall = root || spawnSync('sudo', ['-n', 'true']).status === 0;
    const debian = /^ID=debian$/m.test(read('/etc/os-release'));

    // Debian's brings the libraries that it needs; elsewhere Playwright knows which they are.
    if (debian && mayInstall) {
        const [command, ...args] = [...sudo, 'apt-get'];
        say(command!, ...args, 'update', '-qq');
        say(command!, ...args, 'install', '-y', '-qq', '--no-install-recommends', 'chromium');
    }
    if (!find()) say('npx', 'playwright', 'install', '--no-shell', ...(mayInstall ? ['--with-deps'] : []), 'chromium');
    const found = find();
    if (!found) {
        throw new Error(
            'Не найден Chromium, и установить его не удалось. Установите вручную: sudo apt-get install chromium, или укажите путь в переменной CHROMIUM.\n' +
            'Chromium was not found and could not be installed. Install it by hand: sudo apt-get install chromium, or name its path in CHROMIUM.');
    }
    return found;
}

function executable(path: string) {
    try {
        accessSync(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

const works = (path: string) => spawnSync(path, ['--version', '--no-sandbox'], { timeout: 20_000 }).status === 0;

const read = (path: string) => {
    try {
        return readFileSync(path, 'utf8');
    } catch {
        return '';
    }
};
