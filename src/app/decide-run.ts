import { approvalText, decideApproval } from '../domain/approval.ts';
import type { RunEvent } from '../domain/event.ts';
import { type Refusal, refusal } from '../domain/reason.ts';
import { isAllowed, isTerminal, type Run } from '../domain/run.ts';
import type { Site } from '../domain/site.ts';
import { membersOf, permission } from './people-rules.ts';
import type { Clock, Inventory, People, RunStore, Signer, Wakeups } from './ports.ts';

export interface DecisionDeps {
  readonly store: RunStore;
  readonly people: People;
  readonly wakeups: Wakeups;
  readonly inventory: Inventory;
  readonly signer: Signer;
  readonly clock: Clock;
}

/** One click: which run, which plan the button belongs to, who pressed it. */
export interface Click {
  readonly run: string;
  /** null where no plan is meant, as for Cancel before there is one. */
  readonly digest: string | null;
  readonly user: string;
}

/** Every click gets one of these, in words for the person who clicked. */
export type ClickResult =
  | { readonly kind: 'done'; readonly sentence: string }
  /** Too late or twice: it changed nothing, and says what is true now. */
  | { readonly kind: 'late'; readonly sentence: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** How often a click looks again after somebody else wrote first. Twenty clicks at once need twenty rounds at most. */
const ROUNDS = 25;

/** Approve: a second person's decision on one digest, signed, stored by compare-and-set. */
export function approveRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-approval']);
    if (late) return late;
    const identity = await deps.people.identity(click.user);
    const approvers = await membersOf(deps.people, site.approvers);
    const at = deps.clock.now();
    const expiresAt = run.expiresAt ?? at;
    const digest = run.plan?.digest ?? '';
    const decision = decideApproval({
      identity,
      ourTeam: deps.people.ourTeam,
      requester: run.request.requester,
      approvers,
      expiresAt,
      approvedBy: run.approvals.map((approval) => approval.approver),
      now: at,
      clickedDigest: click.digest ?? '',
      currentDigest: digest,
    });
    if (decision.kind === 'refuse') return { kind: 'refused', refusal: decision.refusal };
    if (decision.kind === 'already') return { kind: 'late', sentence: decision.sentence };
    const unsigned = {
      run: run.id,
      digest,
      approver: click.user,
      requester: run.request.requester,
      at,
      expiresAt,
    };
    const approval = { ...unsigned, signature: deps.signer.sign(approvalText(unsigned)) };
    return { event: { type: 'approved', approval }, sentence: `You approved ${run.id}.` };
  });
}

/** Deny: any approver, the requester included, may say no. */
export function denyRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-approval']);
    if (late) return late;
    const list = [...site.approvers, run.request.requester];
    const no = await permission(deps.people, click.user, list, {
      may: `decide on ${site.name}`,
      key: 'approvers',
    });
    if (no) return { kind: 'refused', refusal: no };
    if (click.digest !== run.plan?.digest) return { kind: 'refused', refusal: replaced() };
    return {
      event: { type: 'denied', by: click.user, digest: click.digest },
      sentence: `You denied ${run.id}. Nothing was changed.`,
    };
  });
}

/** Start: no second person needed; the requester or an operator. */
export function startRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-start']);
    if (late) return late;
    const list = [...site.operators, run.request.requester];
    const no = await permission(deps.people, click.user, list, {
      may: `start a rollback of ${site.name}`,
      key: 'operators',
    });
    if (no) return { kind: 'refused', refusal: no };
    if (click.digest !== run.plan?.digest) return { kind: 'refused', refusal: replaced() };
    if (deps.clock.now() >= (run.expiresAt ?? '')) return { kind: 'refused', refusal: expired() };
    return {
      event: { type: 'started', by: click.user, digest: click.digest },
      sentence: `You started ${run.id}.`,
    };
  });
}

/** Cancel: at once before the first stop; later it is answered and changes nothing. */
export function cancelRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    if (isTerminal(run.state)) return { kind: 'late', sentence: `${run.id} ${stateSentence(run)}` };
    const no = await permission(deps.people, click.user, [...site.operators, run.request.requester], {
      may: `cancel ${run.id}`,
      key: 'operators',
    });
    if (no) return { kind: 'refused', refusal: no };
    const event: RunEvent = { type: 'cancelled', by: click.user };
    if (!isAllowed(run, event)) return { kind: 'refused', refusal: begun(run) };
    return { event, sentence: `You cancelled ${run.id}. Nothing was changed.` };
  });
}

/** Stop here: a person takes a run that waits for a decision off the bot's hands. */
export function closeRun(deps: DecisionDeps, click: Click): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['needs-decision']);
    if (late) return late;
    const no = await permission(
      deps.people,
      click.user,
      [...site.operators, ...site.approvers, run.request.requester],
      { may: `decide on ${site.name}`, key: 'operators' },
    );
    if (no) return { kind: 'refused', refusal: no };
    return {
      event: { type: 'closed', by: click.user },
      sentence: `${run.id} is closed. The site stays as it is.`,
    };
  });
}

type Verdict = ClickResult | { readonly event: RunEvent; readonly sentence: string };

/** Reads, decides, writes by compare-and-set; somebody wrote first: reads again and decides on what is true now. */
async function decide(
  deps: DecisionDeps,
  click: Click,
  rule: (run: Run, site: Site) => Promise<Verdict>,
): Promise<ClickResult> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const run = await deps.store.read(click.run);
    if (run === null)
      return {
        kind: 'refused',
        refusal: refusal('plan-changed', `There is no run ${click.run} any more.`, 'Type the command again.'),
      };
    const site = deps.inventory.byKey(run.request.site);
    if (!site)
      return {
        kind: 'refused',
        refusal: refusal(
          'plan-changed',
          `The site ${run.request.site} is no longer in the configuration.`,
          'Put it back into the configuration, and press again.',
        ),
      };
    const verdict = await rule(run, site);
    if (!('event' in verdict)) return verdict;
    if ((await deps.store.append(run, verdict.event)) !== null) {
      await Promise.all([deps.wakeups.advance(run.id), deps.wakeups.show(run.id)]);
      return { kind: 'done', sentence: verdict.sentence };
    }
  }
  return {
    kind: 'refused',
    refusal: refusal(
      'plan-changed',
      'Too many people decided at the same moment.',
      'Look at the newest message and press again if it still asks.',
    ),
  };
}

/** What a click hears that comes too late; null if it is in time. */
function lateAnswer(run: Run, wanted: readonly Run['state'][]): ClickResult | null {
  if (wanted.includes(run.state)) return null;
  return { kind: 'late', sentence: `${run.id} ${stateSentence(run)}` };
}

function stateSentence(run: Run): string {
  const approver = run.approvals.at(-1)?.approver;
  const by = run.actor ? ` by <@${run.actor}>` : '';
  switch (run.state) {
    case 'ready':
    case 'switching':
    case 'verifying':
      return approver
        ? `was already approved by <@${approver}> and is under way.`
        : `was already started${by} and is under way.`;
    case 'denied':
      return `was already denied${by}.`;
    case 'cancelled':
      return `was already cancelled${by}.`;
    case 'expired':
      return 'has expired: nobody decided in time. Type the command again to get a fresh plan.';
    case 'planning':
      return 'is still being planned.';
    case 'awaiting-approval':
      return 'waits for an approval.';
    case 'awaiting-start':
      return 'waits for Start.';
    case 'needs-decision':
      return 'waits for a decision on its newest message.';
    case 'succeeded':
      return 'has ended already: it succeeded.';
    case 'failed':
      return 'has ended already: it failed, and the site runs as before.';
    case 'refused':
      return 'has ended already: it was refused.';
    case 'dry-run':
      return 'has ended already: it was a dry run.';
    case 'closed':
      return `has ended already: it was closed${by}.`;
  }
}

function begun(run: Run): Refusal {
  return run.state === 'needs-decision'
    ? refusal(
        'plan-changed',
        `${run.id} has changed the site and waits for a decision; it cannot be cancelled any more.`,
        'Press Stop here on its newest message to take it off the bot.',
      )
    : refusal(
        'plan-changed',
        `${run.id} has begun to change the site and cannot be cancelled any more.`,
        'It finishes or puts the previous code back by itself; its messages say which.',
      );
}

function replaced(): Refusal {
  return refusal(
    'plan-changed',
    'This button belongs to a plan that has been replaced.',
    'Decide on the newest message of this run.',
  );
}

function expired(): Refusal {
  return refusal(
    'approval-expired',
    'The time to start this plan is over.',
    'Type the command again to get a fresh plan.',
  );
}
