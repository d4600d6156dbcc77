import { createRedisMock } from 'js-redis-server';

/** The Redis that is written in JavaScript, in a process of its own, for as long as its standard input is open. */
const server = await createRedisMock({ port: 0 });
process.stdout.write(`port ${server.port}\n`);
process.stdin.resume().once('end', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
