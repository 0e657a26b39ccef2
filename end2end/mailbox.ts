// A real mail server of a test's own.
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A mail server, what it has taken, and how it answers the next letters. */
export type Post = { port: number; mails: ParsedMail[]; answers: (Error & { responseCode?: number })[]; tries: number; close(): Promise<void> };

export async function post(options: SMTPServerOptions = {}): Promise<Post> {
    const post: Post = { port: 0, mails: [], answers: [], tries: 0, close: () => new Promise(resolve => server.close(() => resolve())) };
    const server = new SMTPServer({
        authOptional: true,
        disabledCommands: options.secure || options.key ? [] : ['STARTTLS'],
        onAuth: (auth, _, done) => (auth.password === 'right' ? done(null, { user: auth.username }) : done(new Error('wrong'))),
        onData: (stream, _, done) => {
            void simpleParser(stream).then(mail => {
                post.tries += 1;
                const answer = post.answers.shift();
                if (!answer) post.mails.push(mail);
                done(answer);
            });
        },
        ...options,
    });
    server.on('error', () => {});
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
    const address = server.server.address();
    post.port = typeof address === 'object' && address ? address.port : 0;
    return post;
}
