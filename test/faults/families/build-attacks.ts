import { setTimeout as sleep } from 'node:timers/promises';
import { buildDigest } from '../../../src/domain/approval/build.ts';
import type { RunEvent, StoredEvent } from '../../../src/domain/run/event.ts';
import type { Run, RunState } from '../../../src/domain/run/run.ts';
import { askedBuild } from '../../support/story/run.ts';
import { ALICE, BOB } from '../lab.ts';
import { endAll, type Scene } from './family.ts';
import { type Attack, changed, more, upTo } from './record-edits.ts';

/** The bot asks whether it may build a commit that nobody has reviewed. */
function buildAsked({ id, request }: Run, expiresAt: string): Extract<RunEvent, { type: 'build-asked' }> {
  const { site, requester, dryRun } = request;
  return { type: 'build-asked', asked: askedBuild({ run: id, site, requester, dryRun }), expiresAt };
}

function askedIn(entries: readonly StoredEvent[]): Extract<RunEvent, { type: 'build-asked' }> {
  const asked = entries.find(({ event }) => event.type === 'build-asked')?.event;
  if (asked?.type !== 'build-asked') throw new Error('nothing was asked about a build');
  return asked;
}

/** A second person has approved the build, and no worker has come yet. */
async function approvedWithoutWorker({ lab, run, press }: Scene): Promise<boolean> {
  await endAll(lab, ['worker'], 'SIGKILL');
  await press.decide();
  return becomes({ lab, run }, 'planning');
}

/** A click is acknowledged before it is carried out. */
async function becomes({ lab, run }: Pick<Scene, 'lab' | 'run'>, state: RunState): Promise<boolean> {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    if ((await lab.store.read(run))?.state === state) return true;
    await sleep(50);
  }
  return false;
}

/** Attacks on the question whether the bot may build a commit that nobody has reviewed. */
export const BUILD_ATTACKS: readonly Attack[] = [
  {
    name: 'attack: an approval of a build written into the record',
    asks: buildAsked,
    edit: (entries, { run }) => {
      const [at, expiresAt] = [new Date().toISOString(), askedIn(entries).expiresAt];
      const one = {
        run,
        digest: buildDigest(askedIn(entries).asked),
        approver: BOB,
        requester: ALICE,
        at,
        expiresAt,
      };
      return more(entries, { type: 'approved', approval: { ...one, signature: 'f'.repeat(64) } });
    },
  },
  {
    name: 'attack: the commit of an approved build exchanged',
    asks: buildAsked,
    before: approvedWithoutWorker,
    edit: (entries) =>
      changed(entries, 'build-asked', ({ asked, ...event }) => {
        const commit = '8'.repeat(40);
        const [target, review] = [
          { ...asked.target, commit },
          { ...asked.review, commit },
        ];
        return { ...event, asked: { ...asked, target, review } };
      }),
  },
  {
    name: 'attack: a denied build opened again, and approved alone',
    asks: buildAsked,
    before: async ({ lab, run, press }) => {
      await press.button(BOB, 'Deny');
      return becomes({ lab, run }, 'denied');
    },
    edit: (entries) => upTo(entries, 'build-asked'),
    reopens: true,
    cuts: true,
    press: [[ALICE, 'Approve']],
  },
];
