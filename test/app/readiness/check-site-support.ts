import type { HostSession } from '../../../src/app/ports/host.ts';
import { type CheckSiteDeps, checkSite } from '../../../src/app/readiness/check-site.ts';
import { clockAt } from '../../support/fakes/clock.ts';
import { type ScriptedHost, scriptedHost } from '../../support/fakes/scripted-host.ts';
import { site, T } from '../../support/story/site.ts';

export const HOUR = 3_600_000;

export const WISH = { backupMaxAgeMs: 26 * HOUR, prepare: true };

export const QUIET = new AbortController().signal;

export function deps(host: ScriptedHost, more: Partial<CheckSiteDeps> = {}): CheckSiteDeps {
  return {
    hosts: host.hosts,
    records: { matrix: async () => ({ kind: 'none' }) },
    runs: null,
    clock: clockAt(T.requested),
    progress: async () => undefined,
    ...more,
  };
}

/** What is said of each subject that is looked at here. */
export async function said(
  answers: Partial<HostSession>,
  { wish = WISH, ...more }: Partial<CheckSiteDeps> & { wish?: typeof WISH } = {},
): Promise<readonly string[]> {
  const look = await checkSite(deps(scriptedHost(answers), more), site(), wish, QUIET);
  return look.findings
    .filter(({ subject }) => ['backup', 'target', 'database', 'cause'].includes(subject))
    .map((one) =>
      one.kind === 'good' ? `${one.subject}: ${one.sentence}` : `${one.subject} ${one.code}: ${one.sentence}`,
    );
}
