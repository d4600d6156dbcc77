import type { HostState } from '../run/decision.ts';
import { kindOf } from '../run/request.ts';
import type { Run } from '../run/run.ts';
import type { Site } from '../site/site.ts';
import { commitLabel } from '../version/commit.ts';

/** A site where a run has stopped, in plain text. */
export interface SiteState {
  /** Up or down, e.g. `Acme Kitchens is down.` */
  readonly headline: string;
  /** Which code, environment and data it has. */
  readonly detail: string;
}

/** What is known of a site where a run has stopped; "not known" where it is not. */
export function siteState(run: Run, { name }: Site): SiteState {
  const ended = run.switched?.ended ?? null;
  if (ended?.outcome === 'done')
    return {
      headline: `${name} was started${run.verification?.health.status === 200 ? ' and answers' : ''}, but its proof did not hold.`,
      detail: `It has the code, the environment and the data of the ${kindOf(run.request)}.`,
    };
  if (run.silence !== null)
    return {
      headline: `Whether ${name} is up is not known.`,
      detail: `Its host does not answer: ${sentence(run.silence.why)}`,
    };
  if (ended === null || ended.found === null)
    return {
      headline: `Whether ${name} is up is not known.`,
      detail: 'The host did not say which code and which data it has.',
    };
  const { found, step } = ended;
  return {
    headline: `${name} ${step === 'stable' ? 'does not stay up: its services die again and again' : upOrDown(found)}.`,
    detail: `It has ${whichCode(run, found)}, ${whichEnvironment(found)} and ${whichData(run, found)}.`,
  };
}

function sentence(why: string): string {
  return why.endsWith('.') ? why : `${why}.`;
}

function upOrDown({ health, units }: HostState): string {
  if (health === 200) return 'is up and says that it is healthy';
  if (health !== null) return `answers, but its health page says ${health}`;
  return units.some(({ active }) => active === 'active')
    ? 'is down: its services run, but it does not answer'
    : 'is down';
}

function whichCode({ plan }: Run, { code }: HostState): string {
  if (code === null || plan === null) return 'code that cannot be told';
  const { live, target } = plan.facts;
  if (code === target?.commit) return `the code of ${commitLabel(target)}`;
  if (code === live.commit) return `the code of before, ${commitLabel(live)}`;
  return `the code ${code.slice(0, 8)}, which is not of this run`;
}

function whichEnvironment({ environment }: HostState): string {
  switch (environment) {
    case 'before':
      return 'the environment of before';
    case 'target':
      return "the target's environment";
    case 'missing':
      return 'no environment at all';
    case 'other':
      return 'an environment that is not of this run';
  }
}

function whichData({ plan }: Run, { database }: HostState): string {
  switch (database) {
    case 'before':
      return 'its database as it was';
    case 'restored':
      return `the database of the backup ${plan?.facts.backup?.name ?? ''}`.trim();
    case 'other':
      return 'a database that is neither the old nor the restored one';
    case null:
      return 'a database that cannot be told';
  }
}
