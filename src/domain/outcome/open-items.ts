import { openFollowUps } from '../after/follow-ups.ts';
import { manualChecksOf } from '../after/manual-checks.ts';
import { isReviewOpen } from '../after/review.ts';
import { stepTitle } from '../plan/steps.ts';
import { skippedSteps } from '../run/attempts.ts';
import { currentChecks, type Run, type RunEnd } from '../run/run.ts';

/** What people still have to do or look at after a run, one sentence each, not escaped; empty until it has ended. */
export function openItems(run: Run): readonly string[] {
  const { end, switched } = run;
  if (end === null) return [];
  if (switched === null) return review(run);
  return [
    ...review(run),
    ...unfinished(run, end),
    ...skippedSteps(run).map((step) => `The step "${stepTitle(step)}" was skipped.`),
    ...unverified(run),
    ...manualChecksOf(run)
      .filter(({ confirmed }) => confirmed === null)
      .map(({ text }) => `${text}: nobody has confirmed it yet.`),
    ...followUps(run),
    ...beside(run),
    ...(run.plan?.facts.warnings ?? []),
  ];
}

function review(run: Run): readonly string[] {
  return isReviewOpen(run)
    ? ['The glass was broken. An approver who had no part in it has to close the review.']
    : [];
}

function unfinished({ state }: Run, { commands }: RunEnd): readonly string[] {
  if (state === 'closed')
    return [
      commands === null
        ? 'Someone closed the run before it was done. Check by hand what state the site is in.'
        : 'Finish the rest by hand, with the commands in the thread. Say there how it ended.',
    ];
  return state === 'failed' ? ['The site runs what it ran before, so whatever was wrong then still is.'] : [];
}

/** Without what has its own line among the manual checks. */
function unverified(run: Run): readonly string[] {
  const manual = new Set(manualChecksOf(run).map(({ check }) => check));
  return currentChecks(run)
    .filter(({ name, result }) => result === 'failed' || (result === 'not-checked' && !manual.has(name)))
    .map(
      ({ name, result, detail }) =>
        `${name} ${result === 'failed' ? 'failed' : 'was not checked'}: ${detail}.`,
    );
}

function followUps(run: Run): readonly string[] {
  const open = openFollowUps(run).map(({ title }) => title);
  return open.length === 0 ? [] : [`Open follow-ups: ${open.join(', ')}.`];
}

/** What the restore took beside rows, so that someone can make it again. */
function beside({ state, plan }: Run): readonly string[] {
  if (state !== 'succeeded' || plan === null) return [];
  return (plan.facts.lostBeside ?? []).map(
    (label) => `The restore took this, and no backup brings it back: ${label}.`,
  );
}
