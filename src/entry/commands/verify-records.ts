import type { RunStore } from '../../app/ports/run-store.ts';
import type { StoredEvent } from '../../domain/run/event.ts';
import { RETENTION_DAYS } from '../../store/keys.ts';
import { allRuns } from '../parts/with-store.ts';
import { type Anchor, type Anchors, anchorProblem } from './audit-anchors.ts';
import { type AuditKeys, auditProblems } from './audit-problems.ts';

const DAY_MS = 24 * 60 * 60_000;

/** The record of one run, and what is wrong with it on its own. Without events and problems, it is gone. */
interface Checked {
  readonly id: string;
  readonly events: readonly StoredEvent[];
  readonly found: readonly string[];
}

/** One line per problem, then the summary. */
export async function verifyAll(
  store: RunStore,
  auditKeys: AuditKeys,
  anchors: Anchors = new Map(),
): Promise<{ readonly lines: readonly string[]; readonly bad: boolean }> {
  const known = await allRuns(store);
  const active = new Set(await store.active());
  const elsewhere = [...anchors.keys()].filter((id) => !known.includes(id) && mustBeThere(anchors, id));
  const checked: Checked[] = [];
  for (const id of [...known, ...elsewhere]) checked.push(await checkRecord(store, auditKeys, id));
  const oldest = checked.findIndex(
    (one) => !isGone(one) || active.has(one.id) || mustBeThere(anchors, one.id),
  );
  const expired = oldest < 0 ? checked.length : oldest;
  const problems = [
    ...checked.slice(expired).flatMap((one) => problemsOf(one, anchors.get(one.id) ?? [])),
    ...replaced(checked),
  ];
  return { lines: [...problems, summary(checked, expired, problems.length)], bad: problems.length > 0 };
}

function isGone({ events, found }: Checked): boolean {
  return events.length === 0 && found.length === 0;
}

/** Whether a log remembers the run, and so well that its record can't have expired. */
function mustBeThere(anchors: Anchors, id: string): boolean {
  const since = Date.now() - RETENTION_DAYS * DAY_MS;
  return anchors.get(id)?.some(({ at }) => at !== null && at > since) ?? false;
}

function problemsOf(record: Checked, anchors: readonly Anchor[]): readonly string[] {
  const { id, events, found } = record;
  if (found.length > 0) return found.map((problem) => `${id}: ${problem}`);
  const remembered = anchorProblem(events, anchors);
  if (remembered !== null) return [`${id}: ${remembered}`];
  return isGone(record) ? [`${id}: its record is gone, but older ones are still there`] : [];
}

/** Anyone can write a record without seals. One that is younger than a sealed one of its slug was not written by us. */
function replaced(checked: readonly Checked[]): readonly string[] {
  const sealed = new Map<string, string>();
  return checked.flatMap(({ id, events: [first] }) => {
    const slug = id.replace(/-\d+$/, '');
    const older = sealed.get(slug);
    if (first?.seal !== undefined) sealed.set(slug, id);
    return first === undefined || first.seal !== undefined || older === undefined
      ? []
      : [`${id}: its record has no seals, and ${older}, which is older, has them: it was replaced`];
  });
}

function summary(checked: readonly Checked[], expired: number, problems: number): string {
  const kept = checked.filter((one) => !isGone(one));
  const entries = kept.reduce((sum, { events }) => sum + events.length, 0);
  const unsealed = kept.filter(
    ({ events: [first] }) => first !== undefined && first.seal === undefined,
  ).length;
  return [
    `${kept.length} ${kept.length === 1 ? 'run' : 'runs'}, ${entries} entries, ${problems} ${problems === 1 ? 'problem' : 'problems'}`,
    ...(unsealed === 0 ? [] : [`${unsealed} of an older version, without seals`]),
    ...(expired === 0 ? [] : [`${expired} older ones are no longer kept`]),
  ].join('; ');
}

async function checkRecord(store: RunStore, auditKeys: AuditKeys, id: string): Promise<Checked> {
  try {
    const events = await store.events(id);
    return { id, events, found: events.length === 0 ? [] : auditProblems(id, events, auditKeys) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // A Redis that does not answer says nothing about the record.
    if (message.startsWith('redis at ')) throw error;
    return { id, events: [], found: [message] };
  }
}
