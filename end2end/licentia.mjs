// Starts the server binary, for tests and measurements.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export const root = path.dirname(import.meta.dirname);
export const binary = path.resolve(process.env.LICENTIA_BIN ?? path.join(root, 'target/debug/licentia'));

/** With what a payment provider signs. */
export const secret = 'a secret of thirty-two characters or more';

/**
 * Serves the demo on a free port, unless `env` names one, with an empty folder of its own as the current one.
 * @param {string} database the database's URL
 * @param {string} [program] the server's binary
 * @param {Record<string, string>} [env] what else it is started with
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} after the server said that it listens
 */
export async function start(database, program = binary, env = {}) {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'licentia-'));
    const server = spawn(program, ['serve', '--demo', '--demo-day', env.DEMO_DAY ?? '2026-11-21', '--port', env.PORT ?? '0', '--database-url', database], {
        cwd: folder,
        env: { ...process.env, LICENTIA_PAYMENT_SECRET: secret, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gone = new Promise(resolve => server.once('close', resolve).once('error', resolve));
    const kill = () => server.kill('SIGKILL');
    const stop = async () => {
        process.off('exit', kill);
        server.kill('SIGTERM');
        const hurry = setTimeout(kill, 10_000);
        await gone;
        clearTimeout(hurry);
        await rm(folder, { recursive: true, force: true });
    };
    process.once('exit', kill);

    let said = '';
    const address = new Promise(resolve => {
        readline.createInterface({ input: server.stdout }).on('line', line => {
            said += `${line}\n`;
            const url = /listening on (http:\/\/\S+)/.exec(line)?.[1];
            if (url) resolve(url);
        });
    });
    server.stderr.on('data', text => { said = (said + text).slice(-20_000); });

    const late = new Promise(resolve => { setTimeout(resolve, 60_000).unref(); });
    const url = await Promise.race([address, gone, late]);
    if (typeof url !== 'string') {
        await stop();
        throw new Error(`${program} did not start${url instanceof Error ? `: ${url.message}` : ''}\n${said}`);
    }
    return { url, stop };
}
