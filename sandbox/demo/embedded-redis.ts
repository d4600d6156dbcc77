import { createRedisMock } from 'js-redis-server';

/** A Redis written in JavaScript, in its own process. It ends when its standard input closes. */
const server = await createRedisMock({ port: 0 });
process.stdout.write(`port ${server.port}\n`);
process.stdin.resume().once('end', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
