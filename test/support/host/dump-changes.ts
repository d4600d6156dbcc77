import type { DumpPreparation } from '../../acceptance/verdicts/row.ts';
import type { ManualChange } from './manual-change.ts';

/** What people really have in their dumps and databases, as shell commands for the site's root and its newest good backup. */
export function dumpChanges(
  root: string,
  database: string,
  backup: string | undefined,
): Readonly<Record<DumpPreparation, ManualChange>> {
  const file = `${root}/backups/${backup}`;
  const sql = (statement: string) => `runuser -u postgres -- psql -Xqc '${statement}' ${database}`;
  /** Rewrites the backup with a Python expression over `text`. Name, owner and time stay. */
  const edited = (python: string): ManualChange => ({
    do: `cp -a ${file} /run/backup-before && python3 - <<'EDIT'
import gzip, os
path, before = '${file}', os.stat('${file}')
text = gzip.open(path, 'rt').read()
first = text.index('\\nCOPY ')
text = ${python}
with gzip.open(path, 'wt') as copy:
    copy.write(text)
os.utime(path, (before.st_atime, before.st_mtime))
EDIT`,
    undo: `cp -a /run/backup-before ${file}`,
  });
  const before = (statements: string) => edited(`text[:first] + '''\\n${statements}''' + text[first:]`);
  const atEnd = (statements: string) =>
    edited(
      `text.replace('--\\n-- PostgreSQL database dump complete', '''${statements}\\n--\\n-- PostgreSQL database dump complete''')`,
    );
  return {
    'dump-with-odd-names': before(
      String.raw`CREATE SCHEMA "tenant-a";
CREATE TABLE public."page-views" (path text, note text);
CREATE TABLE "tenant-a"."us$ér" (id integer);
COPY public."page-views" (path, note) FROM stdin;
\\N	second
\\.

COPY "tenant-a"."us$ér" (id) FROM stdin;
1
\\.
`,
    ),
    'dump-with-dollars': before(
      `COMMENT ON TABLE public.django_migrations IS 'price in $$ of
COMMIT;
\\\\connect the other one';
`,
    ),
    'dump-with-large-object': before(
      String.raw`SELECT pg_catalog.lo_create('99999');

BEGIN;

SELECT pg_catalog.lo_open('99999', 131072);
SELECT pg_catalog.lowrite(0, '\\x78');
SELECT pg_catalog.lo_close(0);

COMMIT;
`,
    ),
    'dump-with-function-body': before(
      `CREATE FUNCTION public.odd(a integer) RETURNS integer
    LANGUAGE sql
    BEGIN ATOMIC
 SELECT CASE WHEN (a > 1) THEN 1 ELSE 2 END;
 SELECT 1;
END;
`,
    ),
    'dump-with-psql-command': atEnd('\\\\echo done'),
    'dump-of-newer-client': edited(
      "text.replace('SET idle_in_transaction_session_timeout = 0;', 'SET idle_in_transaction_session_timeout = 0;\\nSET transaction_timeout = 0;')",
    ),
    'dump-with-owner': atEnd('ALTER TABLE public.django_migrations OWNER TO acme_old;'),
    'dump-with-grant': atEnd('GRANT SELECT ON TABLE public.django_migrations TO metabase;'),
    'dump-with-extension': before('CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;\n'),
    'dump-of-older-server': atEnd(
      "COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';\nCOMMENT ON SCHEMA public IS 'standard public schema';",
    ),
    'dump-in-custom-format': {
      do: `cp -a ${file} /run/backup-before && runuser -u postgres -- pg_dump -Fc ${database} > /run/custom && cat /run/custom > ${file} && touch -r /run/backup-before ${file}`,
      undo: `cp -a /run/backup-before ${file}`,
    },
    'dump-of-rows-alone': {
      do: `cp -a ${file} /run/backup-before && zcat /run/backup-before | python3 -c '
import re, sys
text = sys.stdin.read()
rows = re.findall(r"(?ms)^COPY .*?^\\\\\\.$", text)
print("\\n".join(rows + ["--", "-- PostgreSQL database dump complete", "--"]))' | gzip > /run/rows && cat /run/rows > ${file} && touch -r /run/backup-before ${file}`,
      undo: `cp -a /run/backup-before ${file}`,
    },
    'dump-of-newer-server': edited(
      "__import__('re').sub('-- Dumped from database version \\\\S+', '-- Dumped from database version 99.1', text)",
    ),
    'large-object-of-postgres': {
      do: sql('SELECT lo_from_bytea(77002, $$x$$)'),
      undo: sql('SELECT lo_unlink(77002)'),
    },
    'publication-of-postgres': {
      do: sql('CREATE PUBLICATION bi FOR TABLE website_lead'),
      undo: sql('DROP PUBLICATION bi'),
    },
    'statistics-of-postgres': {
      do: sql('CREATE STATISTICS lead_stats ON id, email FROM website_lead'),
      undo: sql('DROP STATISTICS lead_stats'),
    },
    'comment-since': {
      do: sql(`COMMENT ON TABLE website_lead IS $$read by the newsletter$$`),
      undo: sql('COMMENT ON TABLE website_lead IS NULL'),
    },
    'untrusted-function': {
      do: sql(
        `CREATE FUNCTION public.c_function(internal) RETURNS internal LANGUAGE internal AS $$gin_extract_tsquery$$; ALTER SCHEMA public OWNER TO ${database}`,
      ),
      undo: sql('ALTER SCHEMA public OWNER TO pg_database_owner; DROP FUNCTION public.c_function'),
    },
  };
}
