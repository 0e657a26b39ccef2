import os from 'node:os';
import { defineConfig } from '@playwright/test';

const desktop = { width: 1440, height: 900 };
const alone = Boolean(process.env.LICENTIA_URL);

export default defineConfig({
    testDir: '.',
    outputDir: 'artifacts/results',
    globalSetup: './prepare.ts',
    forbidOnly: Boolean(process.env.CI),
    // Every test has its own server and database, except in a running installation, which all tests share.
    fullyParallel: !alone,
    workers: alone ? 1 : Math.min(4, os.availableParallelism()),
    reporter: 'list',
    // The debug build on a small machine answers slower than what is shipped.
    timeout: 60_000,
    expect: { timeout: 10_000 },
    use: {
        locale: 'ru-RU',
        timezoneId: 'Europe/Moscow',
        screenshot: 'only-on-failure',
        trace: 'retain-on-failure',
        launchOptions: {
            // prepare.ts found it, and the workers inherit it.
            executablePath: process.env.CHROMIUM,
            args: [
                '--no-sandbox',
                '--disable-gpu',
                '--disable-background-networking',
                '--disable-component-update',
                '--disable-sync',
                '--no-first-run',
            ],
        },
    },
    // A test chooses where it runs by the name of its file.
    projects: [
        { name: 'desktop', testMatch: '*.desktop.spec.ts', use: { viewport: desktop } },
        { name: 'phone', testMatch: '*.phone.spec.ts', use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
        { name: 'noscript', testMatch: '*.noscript.spec.ts', use: { viewport: desktop, javaScriptEnabled: false } },
    ],
});
