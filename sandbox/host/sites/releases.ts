import type { SiteDefinition } from './definitions.ts';
import * as files from './site-files.ts';

/** A tagged release of a site, and what it changes in the tree. */
export interface Release {
  readonly tag: string;
  /** Days before the demo began. */
  readonly daysAgo: number;
  readonly subject: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The same four releases for every site, oldest first. */
export function releasesOf(site: SiteDefinition): readonly Release[] {
  return [
    {
      tag: 'v0.4.0',
      daysAgo: 60,
      subject: 'Release 0.4.0: contact form',
      files: {
        ...files.project(site),
        VERSION: '0.4.0\n',
        'requirements.txt': files.requirements('0.4.0'),
        'website/migrations/0001_initial.py': files.MIGRATION_1,
        'website/views.py': files.views({ health: 'run_checks', newLead: files.LEAD_WITHOUT_PHONE }),
      },
    },
    {
      tag: 'v0.5.0',
      daysAgo: 30,
      subject: 'Release 0.5.0: phone numbers, featured items',
      files: {
        VERSION: '0.5.0\n',
        'requirements.txt': files.requirements('0.5.0'),
        'website/migrations/0002_phone_featured.py': files.MIGRATION_2,
        'website/views.py': files.views({ health: 'run_checks', newLead: files.LEAD_WITH_PHONE }),
      },
    },
    {
      tag: 'v0.5.1',
      daysAgo: 10,
      subject: 'Release 0.5.1: warmer colours',
      files: { VERSION: '0.5.1\n', 'website/static/website/site.css': files.stylesheet('#b45309') },
    },
    {
      tag: 'v0.6.0',
      daysAgo: 1,
      subject: 'Release 0.6.0: first and last names',
      files: {
        VERSION: '0.6.0\n',
        'requirements.txt': files.requirements('0.6.0'),
        'website/migrations/0003_split_lead_name.py': files.MIGRATION_3,
        // The mistake: the health page still reads the column that the migration drops.
        'website/views.py': files.views({ health: 'collect_report', newLead: files.LEAD_WITH_TWO_NAMES }),
      },
    },
  ];
}
