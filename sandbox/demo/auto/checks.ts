import type { DemoSite } from '../../host/demo-host.ts';
import type { SiteState } from './outside.ts';

/** One thing that must be true at the end, and what was found. */
export interface EndCheck {
  readonly holds: boolean;
  readonly says: string;
}

export interface BeforeAndAfter {
  readonly site: DemoSite;
  readonly before: SiteState;
  readonly after: SiteState;
}

const BAD_MIGRATION = 'website.0003_split_lead_name';

/** Code and database went back: the release's own lead is gone, everything from before the backup is there. */
export function fullRollbackChecks({ site, before, after }: BeforeAndAfter): readonly EndCheck[] {
  return [
    ...answers(site, before, after),
    check(
      before.migrations.includes(BAD_MIGRATION) && !after.migrations.includes(BAD_MIGRATION),
      `database: ${BAD_MIGRATION} was applied before and isn't any more`,
    ),
    check(
      after.leads === before.leads - 1,
      `database: ${after.leads} of ${before.leads} leads are there; the one sent after the backup is gone, as the card said`,
    ),
  ];
}

export function codeOnlyChecks({ site, before, after }: BeforeAndAfter): readonly EndCheck[] {
  return [
    ...answers(site, before, after),
    check(
      after.leads === before.leads && after.relations === before.relations,
      `database: untouched, with the same ${after.leads} leads and the same tables`,
    ),
  ];
}

function answers(site: DemoSite, before: SiteState, after: SiteState): readonly EndCheck[] {
  return [
    check(
      after.health === 200 && after.healthWord === 'ok',
      `${site.url}/health/ answers ${after.health} ${after.healthWord}; before: ${before.health} ${before.healthWord}`,
    ),
    check(
      after.version === '0.5.0',
      `the homepage shows version ${after.version}; before: ${before.version}`,
    ),
    check(
      after.commit === site.releases['v0.5.0'],
      `the code is at ${after.commit.slice(0, 8)}, which is v0.5.0; before: ${before.commit.slice(0, 8)}`,
    ),
  ];
}

export function check(holds: boolean, says: string): EndCheck {
  return { holds, says };
}
