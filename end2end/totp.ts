// Codes of an authenticator app (RFC 6238), and what time the desk has.
import { createHmac } from 'node:crypto';
import type { Desk } from './server';

/** Noon of the demo's day, at which the desk of a test starts. */
const DEMO = Date.UTC(2026, 10, 21, 9, 0, 0);

/** The bytes of a secret as people type it: base32 in groups. */
function bytes(secret: string): Buffer {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
    const bits = [...secret.replace(/\s/g, '')].map(letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
    return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)));
}

/** The six digits of this moment (in milliseconds). */
export function totp(secret: string, at: number): string {
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
    const hash = createHmac('sha1', bytes(secret)).update(step).digest();
    const offset = (hash.at(-1) ?? 0) & 15;
    return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** What a clock beside the desk shows; `started` is when the test did. A running installation has the time of the day. */
export function clock(desk: Desk, started: number): number {
    return desk.database ? DEMO + (Date.now() - started) : Date.now();
}
