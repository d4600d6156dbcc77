import { backupLabel } from '../database/backup.ts';
import type { HostState } from '../run/decision.ts';
import { kindOf } from '../run/request.ts';
import type { Run } from '../run/run.ts';
import type { Site } from '../site/site.ts';
import { oneLine } from '../text/printable.ts';
import { commitLabel } from '../version/commit.ts';

/** The state of a site at a stop, in plain text. */
export interface SiteState {
  /** Up or down, e.g. `Acme Kitchens is down.` */
  readonly headline: string;
  /** Which code, environment and data it has. */
  readonly detail: string;
}

/** What the host says is in place at a stop, and what is unknown. */
export function siteState(run: Run, site: Site): SiteState {
  const name = oneLine(site.name);
  const ended = run.switched?.ended ?? null;
  if (ended?.outcome === 'done')
    return {
      headline: `${name} was started${run.verification?.health.status === 200 ? ' and answers' : ''}, but checks failed.`,
      detail: `It is on the code, environment and data of the ${kindOf(run.request)}.`,
    };
  if (run.silence !== null)
    return {
      headline: `Can't tell whether ${name} is up.`,
      detail: `Its host does not answer: ${sentence(run.silence.why)}`,
    };
  if (ended === null || ended.found === null)
    return {
      headline: `Can't tell whether ${name} is up.`,
      detail: 'The host did not say which code and data the site has.',
    };
  const { found, step } = ended;
  return {
    headline: `${name} ${step === 'stable' ? 'does not stay up: its services keep dying' : upOrDown(found)}.`,
    detail: `It is on ${whichCode(run, found)}, ${whichEnvironment(found)} and ${whichData(run, found)}.`,
  };
}

function sentence(why: string): string {
  return why.endsWith('.') ? why : `${why}.`;
}

function upOrDown({ health, units }: HostState): string {
  if (health === 200) return 'is up and reports healthy';
  if (health !== null) return `answers, but its health page says ${health}`;
  return units.some(({ active }) => active === 'active')
    ? 'is down: its services are running, but it does not answer'
    : 'is down';
}

function whichCode({ plan }: Run, { code }: HostState): string {
  if (code === null || plan === null) return 'unknown code';
  const { live, target } = plan.facts;
  if (code === target?.commit) return `the target code, ${commitLabel(target)}`;
  if (code === live.commit) return `the previous code, ${commitLabel(live)}`;
  return `code from outside this run (${code.slice(0, 8)})`;
}

function whichEnvironment({ environment }: HostState): string {
  switch (environment) {
    case 'before':
      return 'the previous environment';
    case 'target':
      return 'the target environment';
    case 'missing':
      return 'no environment at all';
    case 'other':
      return 'an environment from outside this run';
  }
}

function whichData({ plan }: Run, { database }: HostState): string {
  switch (database) {
    case 'before':
      return 'the original database';
    case 'restored':
      return plan?.facts.backup
        ? `the database from the backup ${backupLabel(plan.facts.backup)}`
        : 'the database from the backup';
    case 'other':
      return 'a database that is neither the original nor the restored one';
    case null:
      return 'an unknown database';
  }
}
