import { expect, test } from 'vitest';
import { planText } from '../../../src/entry/commands/plan-text.ts';
import { manualCommands, programPlaces } from '../../../src/remote/manual-commands.ts';
import { codeOnlyPlan, databaseOnlyPlan, planOf, site } from '../fixtures.ts';

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}\n`).join('');
const commit = 'c'.repeat(8);

test('a full rollback: what is lost, why, who decides, and every step', () => {
  const plan = planOf();

  expect(
    planText(site, plan, 'terminal-1'),
  ).toBe(`Roll Acme Kitchens (production) back to v0.5.0: the plan. Nothing was changed.

Now       v0.6.0 (aaaaaaaa), live since 2026-01-12 10:20 UTC. Health: 503 unhealthy (not ok: leads)
Then      v0.5.0 (${commit}), ran here until 2026-01-12 10:20 UTC
Mode      full: the database has website.0003_split, which the target does not know
Lost      everything written to the database after 2026-01-12 10:00 UTC (2 hours before this plan). Files that visitors uploaded stay.
Rows      3 rows go; edits are not counted
Backup    acme-kitchens_db_20260112T100000Z.sql.gz, read to its end and complete
What      the site goes down; the bot backs up and overwrites the database, switches the code and its prepared environment, starts the site and checks it
Decides   a second person would have to approve, because the database is overwritten
Database  sum_acme on 127.0.0.1:5432, PostgreSQL 15.20
Units     sum-acme-kitchens-gunicorn.service (active), sum-acme-kitchens-celery.service (failed)

Rows of the tables that change
  leads: 12 rows now, 9 in the backup

Steps
${indented(plan.steps.map((step, index) => `${index + 1}. ${step.title} (at most ${step.deadlineSeconds} s)`))}
On failure
  ${plan.failureClause}

Backups that were not chosen
  old.sql.gz: it is empty

Environment, built aside
  sum-core 0.5.0

On the host
${indented(programPlaces(site, plan, 'terminal-1'))}
By hand, as deploy on 10.0.0.5; stop at the first command that fails
${indented(manualCommands(site, plan, 'terminal-1'))}
plan ${plan.digest}
host key SHA256:pinned
`);
});

test('code only: nothing is lost, one person is enough', () => {
  const text = planText(site, codeOnlyPlan(), 'terminal-1');

  expect(text).toContain(`
Mode      code-only: the target knows every migration that has run
Lost      nothing; the database stays as it is
What      the site goes down; the bot switches the code and its prepared environment, starts the site and checks it
Decides   one person is enough
`);
  expect(text).not.toContain('Backups that were not chosen');
});

test('database only: the code stays', () => {
  expect(planText(site, databaseOnlyPlan(), 'terminal-1')).toContain(`
Then      the code stays as it is
Mode      database-only
Lost      everything written to the database after 2026-01-12 10:00 UTC`);
});

test('warnings have a line each, and what hosts say draws nothing on the terminal', () => {
  const plan = planOf({ warnings: ['The origin is away.\u001b[31m'] });
  const facts = { ...plan.facts, database: { ...plan.facts.database, foreignExtensions: ['pg_trgm'] } };

  expect(planText(site, { ...plan, facts }, 'terminal-1')).toContain(`
Warning   The origin is away.‹U+001B›[31m
Warning   The database extension pg_trgm belongs to another role, so it stays as it is.
`);
});
