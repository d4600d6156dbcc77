import {
  type FollowUp,
  followUpsClosedAt,
  followUpsOf,
  openFollowUps,
} from '../../domain/after/follow-ups.ts';
import { quarantinedLabel, quarantinedNames } from '../../domain/after/quarantine.ts';
import type { FollowUpAct } from '../../domain/checklist/follow-up-items.ts';
import { refusal } from '../../domain/refusal.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { type Phrase, person, phrase } from '../../domain/text/phrase.ts';
import { permission } from '../people/permission.ts';
import { type ClickResult, type DecisionDeps, decide, type Verdict } from './decide.ts';

export interface FollowUpClick {
  readonly run: string;
  readonly user: string;
  /** The follow-up's id, as the button carries it. */
  readonly item: string;
  readonly act: FollowUpAct;
}

/** Takes one follow-up, gives it back, marks it as done or opens it again. Everyone who has a part in the site may. */
export function followUp(deps: DecisionDeps, click: FollowUpClick): Promise<ClickResult> {
  const { run: id, user, item } = click;
  return decide(deps, { run: id, digest: null, user }, async (run, site) => {
    const found = followUpsOf(run).find((one) => one.id === item);
    if (found === undefined)
      return {
        kind: 'refused',
        refusal: refusal('plan-changed', `${run.id} has no such follow-up.`, 'Check its newest message.'),
      };
    const everyone = [...site.operators, ...site.approvers, ...site.requesters, run.request.requester];
    const no = await permission(deps.people, user, everyone, {
      may: `work on the follow-ups of ${run.id}`,
      key: 'operators',
    });
    if (no) return { kind: 'refused', refusal: no };
    return tooLate(run, found, click) ?? agreed(run, found, click);
  });
}

/** What is already so, or what someone else changed since the message was drawn; null: the click can be carried out. */
function tooLate(run: Run, { title, owner, done }: FollowUp, { act, user }: FollowUpClick): Verdict | null {
  const late = (sentence: Phrase): Verdict => ({ kind: 'late', sentence });
  if (followUpsClosedAt(run) !== null) return late(`The follow-ups of ${run.id} are already closed.`);
  if (act === 'reopen') return done === null ? late(`"${title}" is open.`) : null;
  if (done !== null) return late(phrase`"${title}" was already done by ${person(done.by)}.`);
  if (act === 'take' && owner !== null)
    return late(
      owner.by === user
        ? `You already have "${title}".`
        : phrase`"${title}" was already taken by ${person(owner.by)}.`,
    );
  if (act === 'give-back' && owner === null) return late(`Nobody has "${title}".`);
  return null;
}

function agreed(run: Run, { id, title }: FollowUp, { act, user }: FollowUpClick): Verdict {
  const last = act === 'done' && openFollowUps(run).length === 1;
  return {
    event: { type: 'follow-up', item: id, act, by: user },
    sentence: `${SAID[act](title)}${last ? ` That was the last follow-up of ${run.id}.${lifted(run)}` : ''}`,
  };
}

const SAID: Readonly<Record<FollowUpAct, (title: string) => string>> = {
  take: (title) => `You have "${title}" now.`,
  'give-back': (title) => `"${title}" is free again.`,
  done: (title) => `"${title}" is done.`,
  reopen: (title) => `"${title}" is open again.`,
};

/** Closes all follow-ups as they are, for a reason that the person types. Operators and approvers may. */
export function closeFollowUps(
  deps: DecisionDeps,
  { run: id, user, reason }: { readonly run: string; readonly user: string; readonly reason: string },
): Promise<ClickResult> {
  return decide(deps, { run: id, digest: null, user }, async (run, site: Site) => {
    const no = await permission(deps.people, user, [...site.operators, ...site.approvers], {
      may: `close the follow-ups of ${run.id}`,
      key: 'operators',
    });
    if (no) return { kind: 'refused', refusal: no };
    if (openFollowUps(run).length === 0)
      return { kind: 'late', sentence: `The follow-ups of ${run.id} are already closed.` };
    return {
      event: { type: 'follow-ups-closed', by: user, reason },
      sentence: `You closed the follow-ups of ${run.id}.${lifted(run)}`,
    };
  });
}

function lifted(run: Run): string {
  const label = quarantinedLabel(quarantinedNames(run));
  return label === '' ? '' : ` Its quarantine of ${label} is lifted.`;
}
