import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { breakGlass } from '../../../src/app/decide/break-glass.ts';
import type { Click, ClickResult, DecisionDeps } from '../../../src/app/decide/decide.ts';
import { approveRun, cancelRun, denyRun, startRun } from '../../../src/app/decide/plan.ts';
import { approvalText } from '../../../src/domain/approval/approval.ts';
import { buildDigest } from '../../../src/domain/approval/build.ts';
import type { Factor } from '../../../src/domain/approval/factor.ts';
import type { Identity } from '../../../src/domain/approval/identity.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { people } from '../../support/fakes/people.ts';
import { signer } from '../../support/fakes/signer.ts';
import { said } from '../../support/story/click-words.ts';
import { commit } from '../../support/story/evidence.ts';
import {
  approval,
  askedBuild,
  broken,
  buildApproved,
  buildAsked,
  eventsTo,
  plan,
  RUN_ID,
} from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../support/story/site.ts';
import { deskOf } from './desk.ts';

/**
 * Who presses what, in which state, after what has changed, under which policy: the outcome and its sentence, for everyone. The
 * table is clicks.txt, one line for all people who get the same answer. UPDATE_TABLE=1 writes it anew, to be read before it
 * is committed.
 */
const TABLE = new URL('clicks.txt', import.meta.url);

const DAVE = 'U04DAVE';

const WHO: Readonly<Record<string, readonly [id: string, identity?: Partial<Identity> | null]>> = {
  'the requester, an approver too': [ALICE],
  'an approver': [BOB],
  'another approver': [CAROL],
  'an operator': [DAVE],
  'a member on no list': ['U05EVE'],
  'an approver who is a guest now': [BOB, { guest: true }],
  'an approver who has left': [BOB, { deleted: true }],
  'an approver of another company': [BOB, { stranger: true }],
  'a bot on the list': [BOB, { bot: true }],
  'somebody whom Slack does not name': [BOB, null],
};

const PRESSES = {
  Approve: approveRun,
  'Approve with a code': approveRun,
  Deny: denyRun,
  Start: startRun,
  Cancel: cancelRun,
  'Break glass': (deps: DecisionDeps, click: Click) =>
    breakGlass(deps, { ...click, site: 'acme-kitchens', reason: 'nobody answers at night' }),
} as const;

type Policy = Pick<Site, 'approvers' | 'accounts'> &
  Omit<Site['approval'], 'expiresMs' | 'factor'> & {
    /** When the plan was made, and now. Absent: no second factor. */
    readonly factor?: readonly [plan: Factor | undefined, now: Factor | undefined];
  };

const POLICIES: Readonly<Record<string, Policy>> = {
  'one approver': { quorum: 1, approvers: [ALICE, BOB, CAROL] },
  'two approvers': { quorum: 2, approvers: [ALICE, BOB, CAROL] },
  'one approver, who has been taken off the list': { quorum: 1, approvers: [ALICE, CAROL] },
  'two approvers for code and database, always a second person for the code alone, glass for the requester and an operator':
    {
      quorum: 1,
      quorums: { full: 2 },
      always: ['code-only'],
      breakGlass: [ALICE, DAVE],
      approvers: [ALICE, BOB, CAROL],
    },
  'two approvers, of whom two accounts are one person’s': {
    quorum: 2,
    approvers: [ALICE, BOB, CAROL],
    accounts: [[BOB, CAROL]],
  },
  'one approver, with another account of the requester, and glass for that': {
    quorum: 1,
    approvers: [ALICE, BOB, CAROL],
    accounts: [[ALICE, BOB]],
    breakGlass: [BOB],
  },
  'one approver with a second factor': {
    quorum: 1,
    approvers: [ALICE, BOB, CAROL],
    factor: ['totp', 'totp'],
  },
  'two approvers with a second factor': {
    quorum: 2,
    approvers: [ALICE, BOB, CAROL],
    factor: ['totp', 'totp'],
  },
  'one approver, whom the site asks for a second factor since the plan was made': {
    quorum: 1,
    approvers: [ALICE, BOB, CAROL],
    factor: [undefined, 'totp'],
  },
  'one approver, whom the site asked for a second factor when the plan was made': {
    quorum: 1,
    approvers: [ALICE, BOB, CAROL],
    factor: ['totp', undefined],
  },
};

interface Situation {
  readonly events: (of: Plan, alone: Plan) => readonly RunEvent[];
  readonly digest?: string;
  readonly now?: string;
}

const planned = (of: Plan): RunEvent => ({ type: 'planned', plan: of, expiresAt: T.expires });

function approved(of: Plan, approver: string): RunEvent {
  const { factor } = of.binding.approval ?? {};
  const one = approval(of, { approver, ...(factor && { factor }) });
  return { type: 'approved', approval: { ...one, signature: signer.sign(approvalText(one)) } };
}

const SITUATIONS: Readonly<Record<string, Situation>> = {
  'waits for an approval to build': { events: ({ quorum }) => [buildAsked({ quorum })] },
  'waits for an approval to build, the card is of another commit': {
    events: ({ quorum }) => [buildAsked({ quorum })],
    digest: buildDigest(askedBuild({ target: commit() })),
  },
  'waits for an approval to build, the time is over': {
    events: ({ quorum }) => [buildAsked({ quorum })],
    now: T.expires,
  },
  'waits for an approval to build, an approver has approved': {
    events: ({ quorum }) => [buildAsked({ quorum }), buildApproved(buildAsked({ quorum }))],
  },
  'waits for an approval': { events: (of) => [planned(of)] },
  'waits for an approval, the card is of another plan': {
    events: (of) => [planned(of)],
    digest: 'f'.repeat(64),
  },
  'waits for an approval, the time is over': { events: (of) => [planned(of)], now: T.expires },
  'waits, an approver has approved': { events: (of) => [planned(of), approved(of, BOB)] },
  'waits for Start': { events: (_, alone) => [planned(alone)] },
  'waits for Start, the time is over': { events: (_, alone) => [planned(alone)], now: T.expires },
  'was started': { events: (_, alone) => eventsTo('ready', alone) },
  'is switching': { events: (_, alone) => eventsTo('switching', alone) },
  'waits, somebody has broken the glass': { events: (of) => [planned(of), broken(of, { by: DAVE })] },
  'was denied': { events: (of) => [planned(of), { type: 'denied', by: CAROL, digest: of.digest }] },
  'was cancelled': { events: (of) => [planned(of), { type: 'cancelled', by: ALICE }] },
  'has succeeded': { events: (_, alone) => eventsTo('succeeded', alone) },
};

it('everybody gets the answer of the table', async () => {
  const lines = await table();
  const text = `${lines.join('\n')}\n`;
  if (process.env['UPDATE_TABLE'] === '1') writeFileSync(TABLE, text);

  expect(lines.length).toBeGreaterThan(200);
  expect(text).toBe(readFileSync(TABLE, 'utf8'));
});

async function table(): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [policy, rules] of Object.entries(POLICIES))
    for (const [situation, one] of Object.entries(SITUATIONS)) {
      lines.push(`## ${policy}; the run ${situation}`);
      for (const press of Object.keys(PRESSES) as (keyof typeof PRESSES)[]) {
        if (press === 'Approve with a code' && rules.factor === undefined) continue;
        const answers = new Map<string, string[]>();
        for (const who of Object.keys(WHO)) {
          const answer = await answerTo({ press, who, one, rules });
          answers.set(answer, [...(answers.get(answer) ?? []), who]);
        }
        for (const [answer, whose] of answers) lines.push(`${press}: ${answer} <- ${whose.join('; ')}`);
      }
    }
  return lines;
}

interface Cell {
  readonly press: keyof typeof PRESSES;
  readonly who: string;
  readonly one: Situation;
  readonly rules: Policy;
}

async function answerTo({ press, who, one, rules }: Cell): Promise<string> {
  const [user, identity] = WHO[who] ?? ['nobody'];
  const { approvers, accounts = [], factor: [then, now] = [], ...approval } = rules;
  const under = (factor: Factor | undefined) =>
    site({
      approvers,
      accounts,
      operators: [DAVE],
      approval: { expiresMs: 900_000, ...approval, ...(factor && { factor }) },
    });
  const [where, earlier] = [under(now), under(then)];
  const [of, alone] = [plan('full', {}, earlier), plan('code-only', {}, earlier)];
  const events = one.events(of, alone);
  const { deps, store, clock } = deskOf(where, events, {
    people: people(identity === undefined ? {} : { [user]: identity }),
  });
  clock.set(one.now ?? T.decided);
  const digest = one.digest ?? shownDigest(events);
  const shows = press === 'Approve with a code' && { factor: 'totp' as const };
  const click: Click = { run: RUN_ID, digest, user, ...shows };
  const before = (await store.read(RUN_ID))?.revision;
  const result: ClickResult = await PRESSES[press](deps, click);
  const after = await store.read(RUN_ID);
  // Whoever is told that nothing was done must find nothing done.
  expect(after?.revision === before).toBe(result.kind !== 'done');
  const { kind, sentence } = said(result);
  const code = result.kind === 'refused' ? ` (${result.refusal.code})` : '';
  return `${kind}${code} -> ${after?.state}. ${sentence.replaceAll('\n', ' ')}`;
}

/** What the buttons of the newest card carry. */
function shownDigest(events: readonly RunEvent[]): string | null {
  for (const event of events) {
    if (event.type === 'planned') return event.plan.digest;
    if (event.type === 'build-asked') return buildDigest(event.asked);
  }
  return null;
}
