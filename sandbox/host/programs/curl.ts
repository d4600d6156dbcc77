import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { parseArgs } from 'node:util';

/** Stands in for curl on a machine without it: one GET, over TCP or a unix socket. */

const CANNOT_CONNECT = 7;
const TOOK_TOO_LONG = 28;

const { values, positionals } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    disable: { type: 'boolean', short: 'q' },
    noproxy: { type: 'string' },
    silent: { type: 'boolean', short: 's' },
    'max-time': { type: 'string', short: 'm' },
    output: { type: 'string', short: 'o' },
    'write-out': { type: 'string', short: 'w' },
    'unix-socket': { type: 'string' },
    header: { type: 'string', short: 'H', multiple: true },
  },
});

const headers = Object.fromEntries(
  (values.header ?? []).map((line) => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 1).trim(),
  ]),
);
const timeout = Number(values['max-time'] ?? 0) * 1000;
const sent = request(new URL(positionals[0] ?? ''), {
  headers,
  ...(values['unix-socket'] === undefined ? {} : { socketPath: values['unix-socket'] }),
});
sent.on('response', (response) => {
  const body: Uint8Array[] = [];
  response.on('data', (chunk: Buffer) => body.push(chunk));
  response.on('end', () => {
    if (values.output === undefined) process.stdout.write(Buffer.concat(body));
    else writeFileSync(values.output, Buffer.concat(body));
    end(response.statusCode ?? 0, 0);
  });
});
sent.on('error', () => end(0, CANNOT_CONNECT));
if (timeout > 0) setTimeout(() => end(0, TOOK_TOO_LONG), timeout).unref();
sent.end();

function end(status: number, code: number): void {
  const said = (values['write-out'] ?? '').replaceAll('%{http_code}', String(status).padStart(3, '0'));
  process.stdout.write(said, () => process.exit(code));
}
