import { describe, expect, it } from 'vitest';
import {
  changesThatMatter,
  changeText,
  lossShort,
  lossSum,
  tableChanges,
} from '../../../src/domain/database/row-changes.ts';
import { named } from '../../support/story/evidence.ts';

const APPS = [named('website.0001'), named('sum_core.0001'), named('wagtailcore.0001')];
const exact = (rows: number) => ({ rows, exact: true });

describe('what a restore does to the tables', () => {
  it('is ordered by how much it is, with every table of both sides', () => {
    const changes = tableChanges(
      { website_lead: exact(12), sum_core_formentry: exact(70), website_page: exact(5) },
      { website_lead: 9, website_page: 5, website_draft: 2 },
      APPS,
    );

    expect(changes.map(changeText)).toEqual([
      'formentries: 70 rows now, not in the backup',
      'leads: 12 rows now, 9 in the backup',
      'drafts: not there now, 2 in the backup',
      'pages: 5 rows now, 5 in the backup',
    ]);
    expect(lossSum(changes)).toBe(
      '73 rows go and 2 rows that were deleted since come back; edits are not counted',
    );
    expect(lossShort(changes)).toBe('73 rows (formentries 70, leads 3), edits not counted');
    expect(lossShort([])).toBe('no row that people entered, edits not counted');
  });

  it('marks what was not counted as an estimate', () => {
    const changes = tableChanges({ website_lead: { rows: 40_000, exact: false } }, { website_lead: 1 }, APPS);

    expect(changes.map(changeText)).toEqual(['leads: about 40000 rows now, 1 in the backup']);
    expect(lossShort(changes)).toBe('about 39999 rows (leads 39999), edits not counted');
    expect(lossSum(changes)).toBe('about 39999 rows go; edits are not counted');
  });

  it('counts one row as one', () => {
    expect(lossSum(tableChanges({ website_lead: exact(1) }, { website_lead: 0 }, APPS))).toBe(
      '1 row goes; edits are not counted',
    );
    expect(lossSum(tableChanges({ website_lead: exact(0) }, { website_lead: 1 }, APPS))).toBe(
      '1 row that was deleted since comes back; edits are not counted',
    );
  });

  it.each([
    'django_migrations',
    'django_session',
    'django_content_type',
    'django_admin_log',
    'auth_permission',
    'wagtailcore_pagelogentry',
    'wagtailsearch_indexentry',
    'wagtailimages_rendition',
    'website_workerheartbeat',
  ])('has nothing to say to people about %s', (table) => {
    const changes = tableChanges({ [table]: exact(40) }, { [table]: 2 }, APPS);

    expect(changes).toHaveLength(1);
    expect(changesThatMatter(changes)).toEqual([]);
    expect(lossSum(changes)).toBe(
      'every table that people fill has as many rows as in the backup; edits are not counted',
    );
  });

  it('keeps a table’s own name where two would be called the same, or no app is known', () => {
    const changes = tableChanges(
      { website_lead: exact(2), sum_core_lead: exact(3), other_thing: exact(1) },
      {},
      APPS,
    );

    expect(changes.map(({ words }) => words)).toEqual(['sum_core_lead', 'website_lead', 'other_thing']);
  });
});
