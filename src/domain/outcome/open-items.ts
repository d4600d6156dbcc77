import { openFollowUps } from '../after/follow-ups.ts';
import { manualChecksOf } from '../after/manual-checks.ts';
import { restoresDatabase } from '../plan/mode.ts';
import { stepTitle } from '../plan/steps.ts';
import { skippedSteps } from '../run/attempts.ts';
import { currentChecks, type Run, type RunEnd } from '../run/run.ts';

/** What is left for people after a run has ended, one sentence each, not escaped; empty while it goes on. */
export function openItems(run: Run): readonly string[] {
  const { end, switched } = run;
  if (end === null || switched === null) return [];
  return [
    ...unfinished(run, end),
    ...skippedSteps(run).map((step) => `The step "${stepTitle(step)}" was left out.`),
    ...unverified(run),
    ...manualChecksOf(run)
      .filter(({ confirmed }) => confirmed === null)
      .map(({ text }) => `${text}: nobody has ticked it yet.`),
    ...followUps(run),
    ...grants(run),
    ...(run.plan?.facts.warnings ?? []),
  ];
}

function unfinished({ state }: Run, { commands }: RunEnd): readonly string[] {
  if (state === 'closed')
    return [
      commands === null
        ? 'The run was closed before it was done: what the site is left with has to be looked at by hand.'
        : 'The rest is done by hand; the commands are in the thread. Say there how it ended.',
    ];
  return state === 'failed' ? ['The site runs what it ran before, so what was wrong then still is.'] : [];
}

/** What a person ticks has a line of its own there. */
function unverified(run: Run): readonly string[] {
  const ticked = new Set(manualChecksOf(run).map(({ check }) => check));
  return currentChecks(run)
    .filter(({ name, result }) => result === 'failed' || (result === 'not-checked' && !ticked.has(name)))
    .map(
      ({ name, result, detail }) =>
        `${name} ${result === 'failed' ? 'failed' : 'was not checked'}: ${detail}.`,
    );
}

function followUps(run: Run): readonly string[] {
  const open = openFollowUps(run).map(({ title }) => title);
  return open.length === 0 ? [] : [`Follow-ups are open: ${open.join(', ')}.`];
}

/** A restored table is a new one: what was granted on the old one is gone. */
function grants({ state, plan }: Run): readonly string[] {
  if (state !== 'succeeded' || plan === null || !restoresDatabase(plan.binding.mode)) return [];
  return plan.facts.database.grantees.map((role) => `Rights of ${role} on tables have to be granted again.`);
}
