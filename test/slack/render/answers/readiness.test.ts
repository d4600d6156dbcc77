import { describe, expect, it } from 'vitest';
import {
  type BadFinding,
  bad,
  badFindings,
  cannotTell,
  type Finding,
  good,
} from '../../../../src/domain/readiness/findings.ts';
import { refusal } from '../../../../src/domain/refusal.ts';
import { readinessReport, readinessText } from '../../../../src/slack/render/answers/readiness.ts';
import { siteList } from '../../../../src/slack/render/answers/sites.ts';
import { site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const LOOKED = '2026-03-01T03:30:00.000Z';
const NOW = '2026-03-01T08:30:00.000Z';

const empty = bad(
  'backup',
  refusal(
    'backup-incomplete',
    'The newest backup cannot be used: b.sql.gz (it is empty). The newest usable one is a.sql.gz, 3 hours old.',
    'Find out why the backup failed: /srv/sum/bin/backup_db.sh --site-slug acme-kitchens',
  ),
);
const away = cannotTell(
  'host',
  refusal('host-unreachable', 'The host could not be looked at.', 'Try: ssh x.'),
);

const report = (...worse: readonly BadFinding[]) => readinessReport(site(), worse, LOOKED);

describe('the report', () => {
  it('says what became worse, what to do, and that there is time', () => {
    const message = report(empty);

    expect(seen(message)).toEqual([
      ':warning: *Acme Kitchens* (production) is less ready for a rollback than it was. No rollback is running, so this is a good time to fix it.',
      'The newest backup cannot be used: b.sql.gz (it is empty). The newest usable one is a.sql.gz, 3 hours old.',
      'Find out why the backup failed: /srv/sum/bin/backup_db.sh --site-slug acme-kitchens',
      '~ checked 2026-03-01 03:30 UTC · all sites: `/rollback sites` · _backup-incomplete_',
    ]);
    expect(message.text).toBe(
      ':warning: Acme Kitchens (production) is less ready for a rollback than it was: The newest backup cannot be used: b.sql.gz (it is empty). The newest usable one is a.sql.gz, 3 hours old.',
    );
  });

  it('ends where nobody reads on, and says so', () => {
    const lines = seen(report(...Array.from({ length: 11 }, () => empty)));

    expect(lines.at(-1)).toBe(
      '~ and 5 more · checked 2026-03-01 03:30 UTC · all sites: `/rollback sites` · _backup-incomplete_',
    );
    expect(lines).toHaveLength(1 + 6 * 2 + 1);
  });

  it('fits into a message and calls nobody, whatever a host says', () => {
    const hostile = bad(
      'target',
      refusal(
        'target-not-installable',
        `<!channel> <@U01ALICE> ${'x'.repeat(9_000)}`,
        `<https://evil.example|here>\n${'y & z '.repeat(3_000)}`,
      ),
    );

    const lines = seen(
      readinessReport(site({ name: '<!here> & co' }), badFindings(Array(20).fill(hostile)), LOOKED),
    );

    expect(lines.join('\n')).not.toMatch(/<[!@h]/);
  });
});

describe('one line of `sites`', () => {
  it.each<[string, readonly Finding[], readonly Finding[], string, string]>([
    ['all is good', [good('backup', 'x')], [good('approvers', 'x')], NOW, 'ready, checked 5 hours ago'],
    [
      'something is bad',
      [good('disk', 'x'), empty],
      [],
      NOW,
      ':warning: The newest backup cannot be used: b.sql.gz (it is empty). The newest usable one is a.sql.gz, 3 hours old, checked 5 hours ago',
    ],
    [
      'several things are, the first to put right is said',
      [empty, away],
      [bad('approvers', refusal('identity-unknown', 'x', 'y'))],
      NOW,
      ':warning: The host could not be looked at (and 2 more), checked 5 hours ago',
    ],
    [
      'it cannot be told',
      [away],
      [],
      NOW,
      ':grey_question: The host could not be looked at, checked 5 hours ago',
    ],
    [
      'nobody has looked for days',
      [],
      [],
      '2026-03-04T03:30:00.000Z',
      ':warning: not checked for 3 days; last result: ready',
    ],
  ])('where %s', (_, findings, approvers, now, words) => {
    expect(readinessText({ lookedAt: LOOKED, findings }, approvers, now)).toBe(words);
  });

  it('where a rollback was tried aside', () => {
    const rehearsed = { version: 'v0.5.0 (55555555)', backup: 'b.sql.gz', restoreMs: 1, startMs: 2 };

    expect(readinessText({ lookedAt: LOOKED, findings: [], rehearsed }, [], NOW)).toBe(
      'ready, v0.5.0 (55555555) ran aside, checked 5 hours ago',
    );
  });

  it('where nobody has looked yet', () => {
    expect(readinessText(null, [], NOW)).toBe('not checked yet');
  });

  it('stands behind the run that is under way', () => {
    const words = new Map([['acme-kitchens@production', 'ready, checked 5 hours ago']]);

    expect(siteList([site()], new Map([['acme-kitchens@production', 'acme-kitchens-7']]), words, [])).toBe(
      '• *acme-kitchens* (production) Acme Kitchens, acme-kitchens.example: acme-kitchens-7 is under way; ready, checked 5 hours ago',
    );
    expect(siteList([site()], new Map(), words, [])).toBe(
      '• *acme-kitchens* (production) Acme Kitchens, acme-kitchens.example: ready, checked 5 hours ago',
    );
  });
});
