import { describe, expect, it } from 'vitest';
import { splitScript } from '../../../sandbox/host/database/split-script.ts';

const statements = (script: string) => splitScript(script).map(({ sql }) => sql.trim());

describe('splitScript', () => {
  it('cuts at semicolons, with the last one left out or not', () => {
    expect(statements('SELECT 1; SELECT 2;\nSELECT 3')).toEqual(['SELECT 1;', 'SELECT 2;', 'SELECT 3']);
  });

  it.each([
    ["INSERT INTO a VALUES ('x;''y');", 'a quoted value'],
    ['SELECT 1 AS "a;b";', 'a quoted name'],
    ['CREATE FUNCTION f() RETURNS int AS $body$ SELECT 1; $body$ LANGUAGE sql;', 'a dollar-quoted body'],
    ['SELECT 1 -- not; here\n;', 'a comment'],
    ['SELECT 1 /* nor; here */;', 'a long comment'],
  ])('leaves a semicolon alone inside of %s', (script) => {
    expect(statements(script)).toEqual([script]);
  });

  it('keeps the data of COPY with its statement, and goes on behind it', () => {
    const parts = splitScript(
      'COPY public.a (id, name) FROM stdin;\n1\tone; or two\n2\t\\N\n\\.\n\nSELECT 1;\n',
    );

    expect(parts.map(({ sql, rows }) => [sql.trim(), rows])).toEqual([
      ['COPY public.a (id, name) FROM stdin;', '1\tone; or two\n2\t\\N\n'],
      ['SELECT 1;', null],
    ]);
  });

  it('knows a COPY without any rows', () => {
    const parts = splitScript('COPY public.a (id) FROM stdin;\n\\.\nSELECT 1;');

    expect(parts.map(({ rows }) => rows)).toEqual(['', null]);
  });

  it('passes over the commands of psql that a dump holds', () => {
    expect(statements('\\restrict abc;def\n\nSET a = 1;\n\\unrestrict abc\n')).toEqual(['SET a = 1;']);
  });

  it('says at which line a statement ends', () => {
    expect(splitScript('SELECT 1;\n\nSELECT\n  2;\n').map(({ line }) => line)).toEqual([1, 4]);
  });
});
