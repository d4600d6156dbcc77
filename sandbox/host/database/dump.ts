import { randomBytes } from 'node:crypto';
import type { Sql } from './sql.ts';

/**
 * What `pg_dump --clean --if-exists --no-owner --no-privileges` writes for tables, identity columns, constraints and indexes.
 * The demo's sites have nothing else, and nobody else has rights on them.
 */
export async function dumpOf(sql: Sql, rows = true): Promise<string> {
  const [[version]] = (await sql.rows("SELECT current_setting('server_version')")) as [[string]];
  const tables = await readTables(sql);
  const constraints = await readConstraints(sql);
  const indexes = await readIndexes(sql);
  // Since the minor releases of August 2025 a dump puts psql into restricted mode, and only this token ends it.
  const token = randomBytes(24).toString('hex');
  const data: string[] = [];
  if (rows) for (const table of tables) data.push(await dataOf(sql, table));
  return [
    '--\n-- PostgreSQL database dump\n--\n',
    `\\restrict ${token}\n`,
    `-- Dumped from database version ${version}\n-- Dumped by pg_dump version ${version}\n`,
    SETTINGS,
    constraints
      .toSorted((a, b) => Number(b.isForeign) - Number(a.isForeign))
      .map((one) => `ALTER TABLE IF EXISTS ONLY ${one.table} DROP CONSTRAINT IF EXISTS ${one.name};\n`)
      .join(''),
    indexes.map((one) => `DROP INDEX IF EXISTS public.${one.name};\n`).join(''),
    tables.map((table) => `DROP TABLE IF EXISTS public.${table.name};\n`).join(''),
    ...tables.map(createTable),
    ...data,
    constraints
      .map((one) => `ALTER TABLE ONLY ${one.table}\n    ADD CONSTRAINT ${one.name} ${one.text};\n`)
      .join('\n'),
    indexes.map((one) => `${one.text};\n`).join('\n'),
    '--\n-- PostgreSQL database dump complete\n--\n',
    `\\unrestrict ${token}\n`,
  ].join('\n');
}

const SETTINGS = `SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET client_min_messages = warning;
SET row_security = off;
`;

interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

interface Column {
  readonly name: string;
  readonly definition: string;
  /** `BY DEFAULT` or `ALWAYS` if the server numbers the rows. */
  readonly identity: string | null;
}

async function readTables(sql: Sql): Promise<readonly Table[]> {
  const rows = await sql.rows(`
    SELECT c.relname, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod), a.attnotnull,
           pg_get_expr(d.adbin, d.adrelid), a.attidentity
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    ORDER BY c.relname, a.attnum`);
  const tables = new Map<string, Column[]>();
  for (const [table = '', name = '', type = '', notNull, fallback, identity] of rows) {
    const columns = tables.get(String(table)) ?? [];
    const parts = [name, type, fallback ? `DEFAULT ${fallback}` : '', notNull === 't' ? 'NOT NULL' : ''];
    columns.push({
      name: String(name),
      definition: parts.filter((part) => part !== '').join(' '),
      identity: identity === 'd' ? 'BY DEFAULT' : identity === 'a' ? 'ALWAYS' : null,
    });
    tables.set(String(table), columns);
  }
  return [...tables].map(([name, columns]) => ({ name, columns }));
}

async function readConstraints(sql: Sql) {
  const rows = await sql.rows(`
    SELECT conrelid::regclass::text, quote_ident(conname), contype, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')
    ORDER BY contype = 'f', conrelid::regclass::text, conname`);
  return rows.map(([table, name, type, text]) => ({
    table: qualified(String(table)),
    name: String(name),
    isForeign: type === 'f',
    text: String(text).replace(/\bREFERENCES (?!public\.)/, 'REFERENCES public.'),
  }));
}

async function readIndexes(sql: Sql) {
  const rows = await sql.rows(`
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
    ORDER BY c.relname`);
  return rows.map(([name, text]) => ({ name: String(name), text: String(text) }));
}

function qualified(name: string): string {
  return name.startsWith('public.') ? name : `public.${name}`;
}

function createTable({ name, columns }: Table): string {
  const identities = columns
    .filter((column) => column.identity !== null)
    .map(
      (column) =>
        `ALTER TABLE public.${name} ALTER COLUMN ${column.name} ADD GENERATED ${column.identity} AS IDENTITY (\n    SEQUENCE NAME public.${sequenceOf(name, column)}\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1\n);\n`,
    );
  const body = columns.map((column) => `    ${column.definition}`).join(',\n');
  return [`CREATE TABLE public.${name} (\n${body}\n);\n`, ...identities].join('\n');
}

function sequenceOf(table: string, column: Column): string {
  return `${table}_${column.name}_seq`;
}

async function dataOf(sql: Sql, table: Table): Promise<string> {
  const columns = table.columns.map((column) => column.name).join(', ');
  const parts = [
    `COPY public.${table.name} (${columns}) FROM stdin;\n${await sql.copyOut(`public.${table.name}`)}\\.\n`,
  ];
  for (const column of table.columns.filter(({ identity }) => identity !== null)) {
    const sequence = `public.${sequenceOf(table.name, column)}`;
    const [[last, called] = []] = await sql.rows(`SELECT last_value, is_called FROM ${sequence}`);
    parts.push(`SELECT pg_catalog.setval('${sequence}', ${last}, ${called === 't'});\n`);
  }
  return parts.join('\n');
}
