import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { RecordDamaged } from '../../app/ports/run-store.ts';
import { siteKey } from '../../domain/site/site.ts';
import { isRunId } from '../../store/keys.ts';
import { UsageStop } from '../parts/named-site.ts';
import { createRecordKeys } from '../parts/record-keys.ts';
import { secretsOf, setupOrExit } from '../parts/setup.ts';
import { createSigner } from '../parts/signer.ts';
import { inLine, jsonText } from '../parts/terminal.ts';
import { allRuns, withStore } from '../parts/with-store.ts';
import { type Anchor, type Anchors, byRun, readAnchor } from './audit-anchors.ts';
import { verifyAll } from './verify-records.ts';

/**
 * `rollback-bot audit verify`: checks every kept record, entry by entry, and compares it with what the logs remember, if there
 * are any. Exit code 1 if one has a problem. Errors: throws UsageStop if a log can't be read or remembers nothing.
 */
export async function runAuditVerify(logs: readonly string[]): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: true, redis: true });
  const secrets = secretsOf(setup);
  const keys = { signer: createSigner(secrets), keys: createRecordKeys(secrets, []) };
  const anchors = await readAnchors(logs);
  await withStore(setup, async (store) => {
    const { lines, bad } = await verifyAll(store, keys, anchors);
    process.stdout.write(lines.map((line) => `${inLine(line)}\n`).join(''));
    if (bad) process.exitCode = 1;
  });
}

async function readAnchors(logs: readonly string[]): Promise<Anchors> {
  const anchors: Anchor[] = [];
  for (const log of logs) {
    const before = anchors.length;
    for await (const line of linesOf(log)) {
      const anchor = readAnchor(line);
      if (anchor !== null) anchors.push(anchor);
    }
    if (anchors.length === before)
      throw new UsageStop(
        `${log} remembers no entry of the record. Give the log of bot or worker (LOG_LEVEL=info), or git log of the records.`,
      );
  }
  return byRun(anchors);
}

async function* linesOf(log: string): AsyncGenerator<string> {
  const input = log === '-' ? process.stdin : createReadStream(log);
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new UsageStop(`${log} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * `rollback-bot audit set-aside <run>`: frees a site whose record nobody can read. Errors: throws UsageStop if there is no such
 * record, or if it holds.
 */
export async function runSetAside(runId: string): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: true, redis: true });
  await withStore(setup, async (store) => {
    try {
      const known = isRunId(runId) && (await store.events(runId)).length > 0;
      throw new UsageStop(
        known
          ? `The record of ${runId} holds, so it stays where it is. To end the run: /rollback cancel ${runId}`
          : `There is no run called ${runId}.`,
      );
    } catch (error) {
      if (!(error instanceof RecordDamaged)) throw error;
      await store.setAside(runId, setup.configuration.inventory.sites.map(siteKey));
      process.stdout.write(
        `The record of ${runId} is set aside, and its site is free. If its switch has begun, a worker takes the run up again from its host.\n`,
      );
    }
  });
}

/**
 * `rollback-bot audit export [run]`: one event per line as JSON, oldest run first. Errors: throws UsageStop if there is no
 * such run, or if a record can't be trusted; the others are written before that.
 */
export async function runAuditExport(runId: string | undefined): Promise<void> {
  const setup = await setupOrExit({ slack: false, approvals: true, redis: true });
  await withStore(setup, async (store) => {
    const broken: string[] = [];
    for (const id of runId === undefined ? await allRuns(store) : [runId]) {
      try {
        const events = await store.events(id);
        if (runId !== undefined && events.length === 0)
          throw new UsageStop(`There is no run called ${runId}.`);
        for (const { seq, at, hash, seal, event } of events)
          process.stdout.write(`${jsonText({ run: id, seq, at, hash, seal, event })}\n`);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('the record of ')) throw error;
        broken.push(error.message);
      }
    }
    if (broken.length > 0) throw new UsageStop(broken.join('\n'));
  });
}
