import type { Signer } from '../../app/ports/outside.ts';
import type { RunStore } from '../../app/ports/run-store.ts';
import { UsageStop } from '../parts/named-site.ts';
import { setupOrExit } from '../parts/setup.ts';
import { createSigner } from '../parts/signer.ts';
import { allRuns, withStore } from '../parts/with-store.ts';
import { auditProblems } from './audit-problems.ts';

/** `rollback-bot audit verify`: checks every kept record, entry by entry. Exit code 1 if one has a problem. */
export async function runAuditVerify(): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: true, redis: true });
  const { approvalSecret } = setup.environment;
  if (approvalSecret === null) throw new Error('APPROVAL_SECRET is needed');
  const signer = createSigner(approvalSecret.reveal());
  await withStore(setup, async (store) => {
    const { lines, bad } = await verifyAll(store, signer);
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    if (bad) process.exitCode = 1;
  });
}

/** One line per problem, then the summary. */
export async function verifyAll(
  store: RunStore,
  signer: Signer,
): Promise<{ readonly lines: readonly string[]; readonly bad: boolean }> {
  const ids = await allRuns(store);
  const active = new Set(await store.active());
  const problems: string[] = [];
  const gone: string[] = [];
  let entries = 0;
  let kept = 0;
  for (const id of ids) {
    const { events, found } = await checkRecord(store, signer, id);
    const isGone = events === 0 && found.length === 0;
    if (isGone && kept === 0 && !active.has(id)) gone.push(id);
    else if (isGone) problems.push(`${id}: its record is gone, but older ones are still there`);
    if (!isGone) kept += 1;
    entries += events;
    problems.push(...found.map((problem) => `${id}: ${problem}`));
  }
  const old = gone.length === 0 ? '' : `; ${gone.length} older ones are no longer kept`;
  const summary = `${kept} ${kept === 1 ? 'run' : 'runs'}, ${entries} entries, ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}${old}`;
  return { lines: [...problems, summary], bad: problems.length > 0 };
}

async function checkRecord(
  store: RunStore,
  signer: Signer,
  id: string,
): Promise<{ readonly events: number; readonly found: readonly string[] }> {
  try {
    const events = await store.events(id);
    return { events: events.length, found: events.length === 0 ? [] : auditProblems(id, events, signer) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // A Redis that does not answer says nothing about the record.
    if (message.startsWith('redis at ')) throw error;
    return { events: 0, found: [message] };
  }
}

/**
 * `rollback-bot audit export [run]`: one event per line as JSON, oldest run first. Errors: throws UsageStop if there is no
 * such run, or if a record can't be trusted; the others are written before that.
 */
export async function runAuditExport(runId: string | undefined): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: false, redis: true });
  await withStore(setup, async (store) => {
    const broken: string[] = [];
    for (const id of runId === undefined ? await allRuns(store) : [runId]) {
      try {
        const events = await store.events(id);
        if (runId !== undefined && events.length === 0)
          throw new UsageStop(`There is no run called ${runId}.`);
        for (const { seq, at, hash, event } of events)
          process.stdout.write(`${JSON.stringify({ run: id, seq, at, hash, event })}\n`);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('the record of ')) throw error;
        broken.push(error.message);
      }
    }
    if (broken.length > 0) throw new UsageStop(broken.join('\n'));
  });
}
