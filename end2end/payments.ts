// What a payment provider tells the desk.
import { createHmac } from 'node:crypto';
import { secret } from './licentia.mjs';
import { expect } from './server';

/** Tells of a payment in roubles of this order. */
export async function pay(url: string, number: string, amount: string, reference: string) {
    const told = JSON.stringify({ reference, amount, purpose: `Оплата по счёту ${number}` });
    const sent = `${Math.floor(Date.now() / 1000)}`;
    const signature = `sha256=${createHmac('sha256', secret).update(`${sent}.${told}`).digest('hex')}`;
    const headers = { 'x-licentia-timestamp': sent, 'x-licentia-signature': signature };
    const answer = await fetch(`${url}/webhooks/payments`, { method: 'POST', body: told, headers });
    expect(await answer.json()).toEqual({ outcome: 'recorded', order: number });
}
