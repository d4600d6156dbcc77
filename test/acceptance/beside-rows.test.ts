import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainText } from '../../sandbox/slack/local-slack.ts';
import { inventoryOf } from '../support/fakes/inventory.ts';
import { bootTestHost, canMakeHosts, type TestHost } from '../support/host/test-host.ts';
import { themeInBoth } from '../support/host/tree-preparations.ts';
import { namesOn } from '../support/host/verdict-host.ts';
import { BOB, OPS, type Product } from '../support/product/product.ts';
import { productFor } from '../support/product/product-for-host.ts';
import { cardFor, click, endingSince, goAhead } from '../support/story/rollback-story.ts';

const DATABASE = 'sum_acme_kitchens';
const ASKED = '/rollback acme-kitchens v0.5.8';
const FIRST = ['one', 'icons'];
const SECOND = ['two', 'icons'];

/** Everything that a database may have beside rows of ordinary tables, of the site's role and of others. */
const SETUP = `
CREATE ROLE bi; CREATE ROLE newsletter;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
SET ROLE ${DATABASE};
CREATE SCHEMA "tenant-a";
CREATE TABLE "tenant-a"."us$er" (id integer, note text);
INSERT INTO "tenant-a"."us$er" VALUES (1, E'it\\'s \\\\. $$'), (2, NULL);
CREATE TABLE "page-views" (path text, note text);
INSERT INTO "page-views" VALUES (NULL, 'second'), ('COMMIT;', E'two\\nlines');
SELECT lo_from_bytea(77001, 'a large object');
CREATE FUNCTION f_sql(a int) RETURNS int LANGUAGE sql AS 'SELECT $1; SELECT 2';
CREATE FUNCTION f_atomic(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END; SELECT a; END;
CREATE FUNCTION f_plpgsql() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN /* COMMIT; */ RETURN NEW; END $f$;
CREATE PROCEDURE p_commit() LANGUAGE plpgsql AS $f$ BEGIN COMMIT; END $f$;
CREATE AGGREGATE a_sum(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE TRIGGER lead_trigger BEFORE INSERT ON website_lead FOR EACH ROW EXECUTE FUNCTION f_plpgsql();
CREATE VIEW lead_ids AS SELECT id FROM website_lead;
CREATE STATISTICS lead_statistics ON id, email FROM website_lead;
COMMENT ON TABLE website_lead IS 'read by the newsletter; $$';
GRANT SELECT (id, email) ON website_lead TO bi;
GRANT SELECT ON ALL TABLES IN SCHEMA "tenant-a" TO newsletter;
GRANT USAGE ON SCHEMA "tenant-a" TO newsletter WITH GRANT OPTION;
REVOKE EXECUTE ON FUNCTION f_sql(int) FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bi;
RESET ROLE;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES TO bi;
CREATE PUBLICATION bi FOR TABLE website_lead;
ALTER DATABASE ${DATABASE} SET work_mem = '9MB';
`;

describe.skipIf(!canMakeHosts())('what a site has beside rows, all of it at once, on a real host', () => {
  let host: TestHost;
  let product: Product;

  beforeAll(async () => {
    host = await bootTestHost('rollback-beside-rows');
    ({ product } = await productFor(host, inventoryOf(host)));
    const target = (await namesOn(host)).commits.get('acme-kitchens/v0.5.0');
    await host.shell(themeInBoth('acme-kitchens', target ?? 'none'));
    await asPostgres(SETUP);
  });

  afterAll(async () => {
    await product?.stop();
    await host?.destroy();
  });

  function asPostgres(sql: string): Promise<string> {
    return host.shell(
      `runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 ${DATABASE} <<'SQL'\n${sql}\nSQL`,
    );
  }

  /** Every object of the database, with rights, as PostgreSQL's own pg_dump and psql list them. */
  async function listed(): Promise<readonly string[]> {
    const text = await host.shell(
      `runuser -u postgres -- pg_dump --schema-only ${DATABASE} | grep -v '^--\\|restrict\\|^$' | sort; runuser -u postgres -- psql -XAtqc '\\dp' -c '\\ddp' -c '\\dRp+' -c '\\drds' ${DATABASE}`,
    );
    return text.split('\n');
  }

  /** What pg_dump calls the objects that are there, e.g. `FUNCTION f_sql(integer)`. */
  async function objects(): Promise<readonly string[]> {
    const text = await host.shell(
      `runuser -u postgres -- pg_dump --schema-only ${DATABASE} | sed -n 's/^-- Name: \\(.*\\); Type: \\([^;]*\\); Schema: .*/\\2 \\1/p' | sort -u`,
    );
    return text.split('\n');
  }

  const rows = () =>
    asPostgres(`SELECT string_agg(t::text, '|' ORDER BY t.id) FROM "tenant-a"."us$er" t;
SELECT string_agg(t::text, '|' ORDER BY t::text) FROM "page-views" t;
SELECT convert_from(lo_get(77001), 'UTF8');
SELECT string_agg(l::text, '|' ORDER BY l.id) FROM website_lead l`);

  /** What is in the submodule, and in the one inside it. */
  const theme = async () => {
    const text = await host.shell(
      'cd /srv/sum/acme-kitchens/app/theme; cat theme.css vendor/icons/icons.svg; runuser -u deploy -- git status --short',
    );
    return text.trim().split('\n');
  };

  const without = (lines: readonly string[], membership: RegExp) =>
    lines.filter((line) => !membership.test(line));
  /** The membership in the publication of postgres is the one thing that no dump brings back. */
  const MEMBERSHIP = /PUBLICATION bi ADD TABLE|^\s*"public\.website_lead"|^Tables:|bi\|postgres|pg_toast/;

  it('is named before the approval if the rollback takes it, and the undo brings it back', async () => {
    const before = { objects: await objects(), listed: await listed(), rows: await rows() };
    const card = await cardFor(product, ASKED);
    const told = product.slack
      .messages(OPS)
      .flatMap((one) => [one, ...product.slack.thread(OPS, one.ts)])
      .map((one) => plainText(one))
      .join('\n');

    expect(plainText(card)).toContain('*Also lost*  publication bi: table website_lead');
    expect(await goAhead(product, card)).toContain('Acme Kitchens is back');
    expect(await theme()).toEqual(FIRST);

    const after = new Set(await objects());
    const gone = before.objects.filter((one) => !after.has(one));
    const unnamed = gone.filter((one) => !isNamed(one, told));
    expect(gone.length).toBeGreaterThan(10);
    expect(unnamed).toEqual([]);
    // What others may do on tables that are still there is not lost at all.
    expect(await asPostgres(`SELECT has_column_privilege('bi', 'website_lead', 'email', 'SELECT')`)).toBe(
      't',
    );

    const undone = await goAhead(product, await cardFor(product, '/rollback undo acme-kitchens-1'));

    expect(undone).toContain('Acme Kitchens is back');
    expect(await theme()).toEqual(SECOND);
    expect(await rows()).toBe(before.rows);
    expect(without(await listed(), MEMBERSHIP)).toEqual(without(before.listed, MEMBERSHIP));
  });

  it('comes back whole with Go back', async () => {
    await asPostgres('ALTER PUBLICATION bi ADD TABLE website_lead');
    const before = { listed: await listed(), rows: await rows() };
    const since = product.slack.mark();
    const card = await cardFor(product, ASKED);
    await host.control('flavour', 'acme-kitchens', 'flap', 'on');
    await click(product, BOB, card, 'Approve');
    const stop = await product.slack.waitForMessage(
      (one) => one.channel === OPS && plainText(one).split('\n')[0]?.endsWith('needs a decision') === true,
      { timeoutMs: 180_000, since },
    );
    await click(product, 'U01ALICE', stop, 'Go back');
    const asked = await product.slack.waitForMessage(
      (one) => plainText(one).startsWith('Go back: Acme Kitchens?'),
      { timeoutMs: 60_000, since },
    );
    await host.control('flavour', 'acme-kitchens', 'flap', 'off');
    const decided = product.slack.mark();
    await click(product, BOB, asked, 'Approve');

    expect(await endingSince(product, decided)).toContain('the rollback was taken back');
    expect(await theme()).toEqual(SECOND);
    expect(await rows()).toBe(before.rows);
    expect(without(await listed(), MEMBERSHIP)).toEqual(without(before.listed, MEMBERSHIP));
  });
});

/**
 * Whether the plan named an object of pg_dump's list. Tables with what belongs to them are named by their rows, and rights go
 * with the object that they are about.
 */
function isNamed(object: string, told: string): boolean {
  const [type = ''] = object.split(' ');
  if (['TABLE', 'SEQUENCE', 'INDEX', 'CONSTRAINT', 'FK', 'DEFAULT', 'ACL', 'BLOB', 'BLOBS'].includes(type))
    return true;
  const name = object.slice(object.indexOf(' ') + 1).replace(/\(.*\)$/, '');
  return name.split(' ').every((word) => /^[A-Z]+$/.test(word) || told.includes(word));
}
