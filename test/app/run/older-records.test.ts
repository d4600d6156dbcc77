import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { approvalProblem, decisionProblem } from '../../../src/app/switch/check-approval.ts';
import { foldRun } from '../../../src/domain/lifecycle/fold.ts';
import type { StoredEvent } from '../../../src/domain/run/event.ts';
import { isTerminal, type Run } from '../../../src/domain/run/run.ts';
import { auditProblems } from '../../../src/entry/commands/audit-problems.ts';
import { createRecordKeys } from '../../../src/entry/parts/record-keys.ts';
import { createSigner } from '../../../src/entry/parts/signer.ts';
import { surfaces } from '../../../src/slack/render/surfaces.ts';
import { parseEntries } from '../../../src/store/stored-event.ts';
import { site, stakeholders } from '../../support/story/site.ts';

/**
 * Records as earlier versions wrote them, on test hosts: what `rollback-bot audit export` says of one run. They are never
 * changed; where an event gets another shape, one more is added. A version that cannot follow them loses runs at its own
 * deployment, and refuses plans that people have approved.
 */
const FOLDER = join(import.meta.dirname, '../../fixtures/records');

const SECRETS = { secret: 'a-secret-of-thirty-two-bytes-and-more', alsoAccepted: [] };

const KEYS = createRecordKeys(SECRETS, []);

const SIGNER = createSigner(SECRETS);

const SITE = site({ stakeholders: stakeholders() });

function recordIn(file: string): { readonly id: string; readonly events: readonly StoredEvent[] } {
  const lines = readFileSync(join(FOLDER, file), 'utf8').trimEnd().split('\n');
  const { run } = JSON.parse(lines[0] ?? '') as { readonly run: string };
  return { id: run, events: parseEntries(run, lines, KEYS) };
}

/** The run as it stood after each of its events. */
function moments({ id, events }: ReturnType<typeof recordIn>): readonly Run[] {
  return events.map((_, index) => foldRun(id, events.slice(0, index + 1)));
}

describe.each(readdirSync(FOLDER))('the record of %s', (file) => {
  const record = recordIn(file);

  it('holds together, with its plan, its approvals and its decisions', () => {
    expect(auditProblems(record.id, record.events, { signer: SIGNER, keys: KEYS })).toEqual([]);
  });

  it('may go on at any moment after it was approved', () => {
    const approved = moments(record).filter(
      (run) => run.consent !== null && run.consent.approvals.length > 0 && !isTerminal(run.state),
    );

    expect(approved.length).toBeGreaterThan(10);
    expect(approved.map((run) => approvalProblem(run, SITE, SIGNER))).toEqual(approved.map(() => null));
    expect(approved.map((run) => decisionProblem(run, SITE, SIGNER))).toEqual(approved.map(() => null));
  });

  it('is shown at every moment', () => {
    const planned = moments(record).filter((run) => run.plan !== null);
    for (const run of planned) expect(surfaces(run, SITE).map(({ key }) => key)).toContain('progress');
  });
});

it.each([
  ['2026-11-28-go-back.jsonl', 'failed', 'Acme Kitchens: the rollback was taken back (acme-kitchens-8).'],
  ['2026-11-28-retry.jsonl', 'succeeded', 'Acme Kitchens is back: acme-kitchens-5 succeeded.'],
])('the run of %s has %s, and people read so', (file, state, title) => {
  const run = moments(recordIn(file)).at(-1);
  const said = run === undefined ? [] : surfaces(run, SITE).map(({ text }) => text.split('\n')[0]);

  expect(run?.state).toBe(state);
  expect(said).toContain(title);
});
