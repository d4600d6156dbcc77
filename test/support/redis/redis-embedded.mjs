// Runs the Redis that is written in JavaScript, in a process of its own. Says its port on stdout as one JSON line.
import { createRedisMock } from 'js-redis-server';

const server = await createRedisMock({ port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
// The parent holds our stdin: when it goes, however it goes, so do we.
process.stdin.resume().on('end', () => process.exit(0));
