import { once } from 'node:events';
import { createConnection, createServer, type Server } from 'node:net';

/** How the stand-ins talk to their servers: one JSON line each way over a unix socket, then the connection closes. */

export async function call(socket: string, question: unknown): Promise<unknown> {
  const connection = createConnection(socket);
  await once(connection, 'connect');
  connection.end(`${JSON.stringify(question)}\n`);
  let answer = '';
  connection.setEncoding('utf8');
  for await (const chunk of connection) answer += String(chunk);
  if (answer === '') throw new Error('there was no answer');
  return JSON.parse(answer);
}

/** Answers questions until the server is closed. If `answer` fails, the connection closes without an answer. */
export async function answerAt(
  socket: string,
  answer: (question: unknown) => Promise<unknown>,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.on('error', () => undefined);
    let question = '';
    connection.setEncoding('utf8');
    connection.on('data', (chunk) => {
      question += String(chunk);
    });
    connection.once('end', () => {
      if (question === '') return void connection.end();
      answer(JSON.parse(question)).then(
        (value) => connection.end(`${JSON.stringify(value)}\n`),
        () => connection.destroy(),
      );
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}
