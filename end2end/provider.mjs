// @ts-nocheck oidc-provider brings no types
// node provider.mjs REDIRECT_URI…: an OpenID provider for tests, on a free port; says «ready http://…», and ends with
// whoever started it. Whoever is typed in is that person: `name@host` with this e-mail, verified; `unverified:name@host`
// with it not verified.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const settings = {
    clients: [{
        client_id: 'licentia',
        client_secret: 'a-secret-of-the-test',
        redirect_uris: process.argv.slice(2),
        grant_types: ['authorization_code'],
        response_types: ['code'],
    }],
    async findAccount(_, id) {
        const email = id.replace(/^unverified:/, '');
        return { accountId: id, claims: async () => ({ sub: id, email, email_verified: email === id, name: id }) };
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['only of the test'] },
    jwks: { keys: [{ ...key, kid: 'of-the-test', use: 'sig', alg: 'RS256' }] },
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    server.on('request', new Provider(issuer, settings).callback());
    console.log(`ready ${issuer}`);
});
process.stdin.on('end', () => process.exit()).resume();
