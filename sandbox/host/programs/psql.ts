import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { askDatabase } from '../database/client.ts';

/** The demo host's psql: unaligned tuples on standard output, with the errors and exit codes of the real one. */

const { values, positionals } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    command: { type: 'string', short: 'c' },
    host: { type: 'string', short: 'h' },
    port: { type: 'string', short: 'p' },
    username: { type: 'string', short: 'U' },
    dbname: { type: 'string', short: 'd' },
    set: { type: 'string', short: 'v', multiple: true },
    variable: { type: 'string', multiple: true },
    'no-psqlrc': { type: 'boolean', short: 'X' },
    'no-align': { type: 'boolean', short: 'A' },
    'tuples-only': { type: 'boolean', short: 't' },
    quiet: { type: 'boolean', short: 'q' },
  },
});

const user = values.username ?? process.env['PGUSER'] ?? '';
const login = {
  host: values.host ?? process.env['PGHOST'] ?? '',
  user,
  database: values.dbname ?? positionals[0] ?? user,
  password: process.env['PGPASSWORD'] ?? '',
};
const stopOnError = [...(values.set ?? []), ...(values.variable ?? [])].some((one) =>
  /^ON_ERROR_STOP=(?:1|on|true)$/.test(one),
);
const answer = await askDatabase(
  login,
  values.command === undefined
    ? { kind: 'script', script: readFileSync(0, 'utf8'), stopOnError }
    : { kind: 'command', sql: values.command },
);
process.stdout.write(answer.rows.map((row) => `${row.map((value) => value ?? '').join('|')}\n`).join(''));
process.stderr.write(answer.stderr);
process.exitCode = answer.code;
