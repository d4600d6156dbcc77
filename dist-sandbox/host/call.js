import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
/** How the stand-ins talk to what they stand in front of: one JSON line each way over a unix socket, then the end. */
export async function call(socket, question) {
    const connection = createConnection(socket);
    await once(connection, 'connect');
    connection.end(`${JSON.stringify(question)}\n`);
    let answer = '';
    connection.setEncoding('utf8');
    for await (const chunk of connection)
        answer += String(chunk);
    if (answer === '')
        throw new Error('no answer came');
    return JSON.parse(answer);
}
/** Answers questions until the server is closed. A question that cannot be answered gets no answer at all. */
export async function answerAt(socket, answer) {
    const server = createServer({ allowHalfOpen: true }, (connection) => {
        connection.on('error', () => undefined);
        let question = '';
        connection.setEncoding('utf8');
        connection.on('data', (chunk) => {
            question += String(chunk);
        });
        connection.once('end', () => {
            if (question === '')
                return void connection.end();
            answer(JSON.parse(question)).then((value) => connection.end(`${JSON.stringify(value)}\n`), () => connection.destroy());
        });
    });
    server.listen(socket);
    await once(server, 'listening');
    return server;
}
