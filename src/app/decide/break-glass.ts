import type { Factor } from '../../domain/approval/factor.ts';
import { type BrokenGlass, glassProblems, glassText } from '../../domain/approval/glass.ts';
import { identityProblem } from '../../domain/approval/identity.ts';
import { factorWanted } from '../../domain/plan/factor-wanted.ts';
import { type Refusal, refusal } from '../../domain/refusal.ts';
import type { Run } from '../../domain/run/run.ts';
import { unsealedRefusal } from '../../domain/run/unsealed.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import { membersOf } from '../people/permission.ts';
import { openReviews } from '../run/open-reviews.ts';
import { type Click, type ClickResult, type DecisionDeps, decide, lateAnswer, replaced } from './decide.ts';
import { askedFor, begun, offerOf } from './stop.ts';

/** What someone typed into the view, besides the plan or decision that it was opened for. */
export interface GlassClick extends Click {
  readonly site: string;
  readonly reason: string;
}

/**
 * Break glass: a plan or a decision goes ahead without the approvals that it lacks. It replaces nothing else: the plan, its
 * expiry and everything that the worker and the host check hold as before.
 */
export function breakGlass(deps: DecisionDeps, click: GlassClick): Promise<ClickResult> {
  return decide(deps, click, async (run, site) => {
    const late = lateAnswer(run, ['awaiting-approval', 'needs-decision']);
    if (late) return late;
    const no =
      (await glassRefusal(deps, click.user, site)) ??
      typedRefusal(click, site) ??
      factorRefusal(click, factorWanted(run.plan, site), site);
    if (no) return { kind: 'refused', refusal: no };
    return run.state === 'needs-decision'
      ? ofDecision(deps, click, run, site)
      : ofPlan(deps, click, run, site);
  });
}

/** May this person break the glass of this site? null: yes. */
async function glassRefusal({ people }: DecisionDeps, user: string, site: Site): Promise<Refusal | null> {
  const { breakGlass: list = [] } = site.approval;
  const off = glassIsOff(site);
  if (off !== null) return off;
  const problem = identityProblem(await people.identity(user), people.ourTeam);
  if (problem !== null) return problem;
  const members = await membersOf(people, list);
  if (members === null)
    return refusal(
      'identity-unknown',
      'Slack did not say who may break the glass.',
      'Try again in a minute.',
    );
  return members.has(user)
    ? null
    : refusal(
        'glass-not-allowed',
        `You may not break the glass of ${site.name}.`,
        'Someone on the list approval.breakGlass may, or an approver presses Approve.',
      );
}

/** Why nobody may break the glass here; null: somebody may. */
export function glassIsOff({ approval, name }: Site): Refusal | null {
  return (approval.breakGlass ?? []).length > 0
    ? null
    : refusal(
        'glass-not-allowed',
        `Nobody may break the glass of ${name}: the configuration names nobody in approval.breakGlass.`,
        'An approver has to press Approve.',
      );
}

function typedRefusal({ site: typed, reason }: GlassClick, site: Site): Refusal | null {
  const { site: wrong, reason: short } = glassProblems({ site: typed, reason }, site.slug);
  const problem = wrong ?? short;
  return problem === undefined
    ? null
    : refusal('glass-mistyped', 'Nothing was done.', `${problem.replace(/\.$/, '')}.`);
}

function factorRefusal(click: GlassClick, wanted: Factor | undefined, { name }: Site): Refusal | null {
  return wanted === undefined || click.factor === wanted
    ? null
    : refusal(
        'factor-needed',
        `Breaking the glass of ${name} needs a code from your phone.`,
        'Press Break glass on the newest message, and type the code.',
      );
}

async function ofPlan(deps: DecisionDeps, click: GlassClick, run: Run, site: Site) {
  const { plan, consent } = run;
  if (plan === null || consent === null || plan.binding.site !== run.request.site) return refused(replaced());
  if (click.digest !== plan.digest) return refused(replaced());
  const unsealed = unsealedRefusal(run, 'Type the command again to get a fresh plan.');
  if (unsealed) return refused(unsealed);
  const { expiresAt } = consent;
  return (
    tooLate(deps, expiresAt) ?? {
      ...(await broken(deps, click, site, { digest: plan.digest, expiresAt })),
      sentence: await sentence(deps, `${run.id} starts`, site),
    }
  );
}

async function ofDecision(deps: DecisionDeps, click: GlassClick, run: Run, site: Site) {
  const asked = askedFor(run, click);
  if ('kind' in asked) return asked;
  const offer = offerOf(run, asked.digest);
  if ('kind' in offer) return offer;
  const { digest, expiresAt, by, approvals } = asked;
  return (
    tooLate(deps, expiresAt) ?? {
      ...(await broken(deps, click, site, { digest, expiresAt })),
      and: begun(deps, offer, by, null, approvals),
      sentence: await sentence(deps, `The decision for ${run.id} begins`, site),
    }
  );
}

function tooLate({ clock }: DecisionDeps, expiresAt: string): ClickResult | null {
  return clock.now() < expiresAt
    ? null
    : refused(
        refusal(
          'approval-expired',
          'The time for this has run out.',
          'Ask again, then break the glass of that.',
        ),
      );
}

function refused(why: Refusal): ClickResult {
  return { kind: 'refused', refusal: why };
}

/** Signed, and with everybody who is told: they have to be known at this moment, not when a message is written. */
async function broken(
  { clock, signer, people }: DecisionDeps,
  { run, user: by, reason, factor }: GlassClick,
  { approvers, escalation }: Site,
  about: Pick<BrokenGlass, 'digest' | 'expiresAt'>,
) {
  const { digest, expiresAt } = about;
  const unsigned = {
    run,
    digest,
    by,
    reason: reason.trim(),
    at: clock.now(),
    expiresAt,
    ...(factor && { factor }),
  };
  const list = [...new Set([...approvers, ...escalation])];
  const everyone = (await membersOf(people, list)) ?? new Set(list.filter((id) => !id.startsWith('S')));
  const told = [...everyone].filter((id) => id !== by).slice(0, MOST_TOLD);
  const glass = { ...unsigned, signature: signer.sign(glassText(unsigned)) };
  return { event: { type: 'glass-broken' as const, glass, told } };
}

/** More direct messages than this would take Slack minutes; the post in the channel mentions everybody all the same. */
const MOST_TOLD = 50;

async function sentence({ store }: DecisionDeps, what: string, site: Site): Promise<string> {
  const open = await openReviews(store, siteKey(site));
  const before =
    open.length === 0
      ? ''
      : ` ${open.map(({ id }) => id).join(', ')} ${open.length === 1 ? 'has' : 'have'} not been reviewed yet either.`;
  return `You broke the glass. ${what} without the missing approvals, every approver is told, and one of them has to review it.${before}`;
}
