import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { askDatabase } from '../database/client.ts';

/** The demo host's pg_dump: the plain format, with the options that the platform uses. */

const { values, positionals } = parseArgs({
  args: process.argv.slice(3),
  allowPositionals: true,
  options: {
    host: { type: 'string', short: 'h' },
    port: { type: 'string', short: 'p' },
    username: { type: 'string', short: 'U' },
    dbname: { type: 'string', short: 'd' },
    file: { type: 'string', short: 'f' },
    compress: { type: 'string', short: 'Z' },
    clean: { type: 'boolean', short: 'c' },
    'if-exists': { type: 'boolean' },
    'no-owner': { type: 'boolean', short: 'O' },
    'no-privileges': { type: 'boolean', short: 'x' },
    'schema-only': { type: 'boolean', short: 's' },
    'lock-wait-timeout': { type: 'string' },
  },
});

const user = values.username ?? '';
const answer = await askDatabase(
  {
    host: values.host ?? '',
    user,
    database: values.dbname ?? positionals[0] ?? user,
    password: process.env['PGPASSWORD'] ?? '',
  },
  { kind: 'dump', rows: values['schema-only'] !== true },
);
if (answer.code === 0) {
  const text = values.compress === undefined ? answer.text : gzipSync(answer.text);
  if (values.file === undefined) process.stdout.write(text);
  else writeFileSync(values.file, text);
} else {
  process.stderr.write(answer.stderr.replaceAll(/^psql:/gm, 'pg_dump:'));
  process.exitCode = 1;
}
