// Runs a Redis written in JavaScript in its own process. Prints its port as one JSON line.
import { createRedisMock } from 'js-redis-server';

const server = await createRedisMock({ port: Number(process.argv[2] ?? 0) });
process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
// The parent holds the other end of stdin. However the parent ends, this process ends too.
process.stdin.resume().on('end', () => process.exit(0));
