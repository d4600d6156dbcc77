import { describe, expect, it } from 'vitest';
import { insertIncident } from '../../../src/domain/records/incident.ts';
import { type Recording, recordingOf } from '../../../src/domain/records/recording.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { linesOf } from '../../../src/domain/text/markdown.ts';
import { HASH } from '../../support/fakes/signer.ts';
import { commit, LIVE, liveCommit, survey, target } from '../../support/story/evidence.ts';
import {
  approval,
  broken,
  ended,
  eventsTo,
  plan,
  RUN_STATES,
  runIn,
  runOf,
  steps,
  verified,
} from '../../support/story/run.ts';
import { ALICE, BOB, CAROL, request, site, T } from '../../support/story/site.ts';
import { UNDONE, undoPlan } from '../../support/story/undo.ts';

const FULL = plan();
const ASKED = request({ reason: 'contact form is down' });

function recorded(events: readonly RunEvent[], of = FULL, asked = ASKED): Recording {
  const found = recordingOf(runOf([...eventsTo('switching', of), ...events], asked), site());
  if (found === null) throw new Error('the run has no records');
  return found;
}

const UP = steps(['stop', 0], ['restore', 0], ['start', 0], ['healthy', 0]);
const DONE: readonly RunEvent[] = [...UP, ended('done', 'healthy', 0), verified];
const field = ({ entry }: Recording, name: string) =>
  entry
    .split('\n')
    .find((line) => line.startsWith(`**${name}:** `))
    ?.slice(name.length + 6)
    .trimEnd();

describe('the records of a rollback that succeeded', () => {
  it('are a row and an entry, exactly', () => {
    const cells = { version: 'v0.5.0', date: '2026-03-01', outcome: 'Rolled back from v0.6.0 to v0.5.0' };

    expect(recorded(DONE)).toEqual({
      run: 'acme-kitchens-7',
      requestedAt: '2026-03-01T02:15:00.000Z',
      mark: 'run acme-kitchens-7, asked for 2026-03-01 02:15 UTC',
      title: 'docs(ops): record rollback of acme-kitchens to v0.5.0',
      endEntry: { seq: 13, hash: HASH },
      row: {
        slug: 'acme-kitchens',
        environment: 'production',
        cells,
        added: { name: 'Acme Kitchens', environment: 'production', slug: 'acme-kitchens', ...cells },
      },
      entry: `## Site: acme-kitchens

**Date:** 2026-03-01  
**Version:** v0.5.0 → v0.6.0  
**Symptom:** contact form is down. Seen before the rollback: health 503 unhealthy (not ok: db)  
**Fix:** Rolled back to v0.5.0; code and environment are those of commit 55555555. The database is the backup acme-kitchens_db_20260301T014000Z.sql.gz, taken 2026-03-01 01:40 UTC. Whatever was entered after that is lost. The previous database is kept on the host, as the run's safety backup. Health since: 200 ok. Environment: production, mode: full. The site was down for 4 s.  
**Follow-up:** Do not upgrade to v0.6.0 again until the cause is found and its fix has been tested in staging. Check its migrations: website.0003_split_lead_name. Details: run acme-kitchens-7, asked for 2026-03-01 02:15 UTC (/rollback status acme-kitchens-7)

---
`,
    });
  });

  it('quote what the approvers said', () => {
    const all = eventsTo('switching', FULL).map((event) =>
      event.type === 'approved' ? { ...event, approval: approval(FULL, { reason: 'no *orders*' }) } : event,
    );
    const recording = recordingOf(runOf([...all, ...DONE], ASKED), site());

    expect(recording && field(recording, 'Fix')).toContain('Said with the approval: "no \\*orders\\*".');
  });

  it('leave the database out where only the code went back', () => {
    const of = plan('code-only');

    expect(field(recorded(DONE, of), 'Fix')).toBe(
      'Rolled back to v0.5.0; code and environment are those of commit 55555555. The database was not touched. Health since: 200 ok. Environment: production, mode: code-only. The site was down for 4 s.',
    );
  });

  it('keep the version where only the database went back', () => {
    const of = plan('database-only');
    const recording = recorded(DONE, of);

    expect(recording.title).toBe('docs(ops): record database restore of acme-kitchens');
    expect(recording.row?.cells).toEqual({
      date: '2026-03-01',
      outcome: 'Database restored from backup of 2026-03-01',
    });
    expect(recording.row?.added).toMatchObject({ version: 'v0.6.0' });
    expect(field(recording, 'Version')).toBe('v0.6.0');
    expect(field(recording, 'Fix')).toContain('Restored the database; the code stays at v0.6.0.');
    expect(field(recording, 'Follow-up')).toContain('Find the cause before the next upgrade. Details: ');
  });

  it.each<[string, Parameters<typeof commit>[0], Parameters<typeof commit>[0], string, string]>([
    ['the tag, where nothing is pinned', { pin: null }, { pin: null }, 'v0.5.0', 'v0.5.0 → v0.6.0'],
    [
      'the commit, where there is no tag either',
      { pin: null, tags: [] },
      { pin: null, tags: [] },
      '55555555',
      '55555555 → 66666666',
    ],
    ['the tag, where both pin the same', { pin: 'v0.4.0' }, { pin: 'v0.4.0' }, 'v0.5.0', 'v0.5.0 → v0.6.0'],
    [
      'both with their commits, where both are of the same',
      { tags: [] },
      { pin: 'v0.5.0', tags: [] },
      'v0.5.0 (55555555)',
      'v0.5.0 (55555555) → v0.5.0 (66666666)',
    ],
    [
      'fit for a table, whatever somebody has pinned',
      { pin: 'a|b\n## c' },
      {},
      'a\\|b ## c',
      'a\\|b ## c → v0.6.0',
    ],
  ])('name the version by %s', (_, back, live, version, both) => {
    const of = plan('code-only', {
      target: target(back),
      survey: survey({ live: { ...liveCommit, ...live } }),
    });
    const recording = recorded(DONE, of);

    expect(recording.row?.cells.version).toBe(version);
    expect(field(recording, 'Version')).toBe(both);
  });

  it('name the version by the tag where the row of the site has that', () => {
    const row = { slug: 'a', environment: 'b', version: 'v0.6.0', date: '', outcome: '', notes: '' };
    const of = plan('code-only', {
      matrix: row,
      target: target({ pin: 'v0.4.0' }),
      survey: survey({ live: { ...liveCommit, pin: 'v0.4.1' } }),
    });

    expect(recorded(DONE, of).row?.cells).toMatchObject({
      version: 'v0.5.0',
      outcome: 'Rolled back from v0.6.0 to v0.5.0',
    });
  });

  it('take what was live before from the matrix where somebody had begun by hand', () => {
    const begun = {
      target: target({ commit: LIVE }),
      survey: survey({ live: { ...commit(), commit: LIVE } }),
    };
    const row = { slug: 'a', environment: 'b', version: 'v0.6.0', date: '', outcome: '', notes: '' };

    expect(field(recorded(DONE, plan('code-only', { ...begun, matrix: row })), 'Version')).toBe(
      'v0.5.0 → v0.6.0',
    );
    expect(recorded(DONE, plan('code-only', begun)).row?.cells.outcome).toBe('Rolled back to v0.5.0');
    expect(field(recorded(DONE, plan('code-only', begun)), 'Version')).toBe('v0.5.0 → N/A');
  });

  it('say which steps people have left out, and which checks did not pass', () => {
    const skip = {
      type: 'recovery-begun',
      by: ALICE,
      digest: 'd',
      expiresAt: '2026-03-01T02:30:00.000Z',
      approval: null,
    } as const;
    const events: RunEvent[] = [
      ...steps(['stop', 0], ['static', 1]),
      ended('hold', 'static', 1),
      { ...skip, recovery: { action: 'skip', step: 'static', attempt: 2 } },
      ended('done', 'healthy', 0),
      { ...verified, checks: [{ name: 'homepage', result: 'failed', detail: '500' }] } as RunEvent,
      { ...skip, recovery: { action: 'skip', step: 'proof', attempt: 3 } },
    ];

    expect(field(recorded(events), 'Fix')).toContain(
      'Skipped by decision: collect static files. Health since: 200 ok. Failed checks: homepage.',
    );
  });
});

it('the records of a run whose glass was broken say so, in words and without names', () => {
  const events: readonly RunEvent[] = [
    { type: 'planned', plan: FULL, expiresAt: T.expires },
    broken(FULL, { reason: 'nobody answers at night' }),
    { type: 'switch-started', digest: FULL.digest },
    ...DONE,
  ];
  const found = recordingOf(runOf(events, ASKED), site());

  expect(found?.row?.cells.outcome).toBe('Rolled back from v0.6.0 to v0.5.0 (glass broken)');
  expect(found && field(found, 'Fix')).toContain(
    'mode: full. Someone broke the glass, so it went ahead without the approval of a second person: nobody answers at night. The site was down',
  );
  expect(found?.entry).not.toContain(CAROL);
});

describe('the records of a rollback that did not go through', () => {
  it('are an entry alone where it was put back', () => {
    const recording = recorded([...steps(['stop', 0], ['static', 1]), ended('put-back', 'static', 1)]);

    expect(recording.row).toBeNull();
    expect(recording.title).toBe('docs(ops): record failed rollback of acme-kitchens to v0.5.0');
    expect(field(recording, 'Fix')).toBe(
      'None yet. The rollback to v0.5.0 stopped at "collect static files" and was taken back: v0.6.0 is live as before, and the database is unchanged. Environment: production, mode: full.',
    );
  });

  it('say that people have cancelled it, and from where the database is', () => {
    const events = [
      ...steps(['stop', 0], ['restore', 0], ['put-back-restore', 0], ['put-back-answers', 0]),
      ended('put-back', 'static', 130),
    ];

    expect(field(recorded(events), 'Fix')).toBe(
      'None yet. The rollback to v0.5.0 was cancelled before "collect static files" and was taken back: v0.6.0 is live as before, with the database from the safety backup. Environment: production, mode: full. The site was down for 4 s.',
    );
  });

  it('ask people to complete the entry where they went on by hand', () => {
    const events: RunEvent[] = [
      ...steps(['stop', 0], ['restore', 3]),
      ended('hold', 'restore', 3),
      { type: 'taken-over', by: BOB, commands: 'ssh …' },
    ];
    const recording = recorded(events);

    expect(recording.row).toBeNull();
    expect(recording.title).toBe('docs(ops): record unfinished rollback of acme-kitchens to v0.5.0');
    expect(field(recording, 'Fix')).toContain(
      'Not finished by the bot. The rollback to v0.5.0 stopped at "restore the database from the backup", and people took over by hand. Add here what they did and what is live now.',
    );
  });

  it.each(RUN_STATES)('are none where the site was never stopped: %s', (state) => {
    expect(recordingOf(runIn(state), site())).toBeNull();
  });
});

describe('the words of others in an entry', () => {
  const log = '## Log Entries\n\n## Follow-Up Tracking\n';
  const entryOf = (reason: string | null) => recorded(DONE, FULL, request({ reason })).entry;

  it.each([
    ['line breaks', 'a\n## Site: b\n\n---\n\r\n```\n| x |', 'a ## Site: b --- \\`\\`\\` \\| x \\|.'],
    ['a comment', '<!-- gone', '\\<!-- gone.'],
    [
      'markup',
      '**Fix:** \\* `code` [x](y) snake_case',
      '\\*\\*Fix:\\*\\* \\\\\\* \\`code\\` \\[x\\](y) snake_case.',
    ],
    ['an image', '![x](https://evil.example/p.png)', '!\\[x\\](https: //evil.example/p.png).'],
    [
      'a bare link',
      'see https://evil.example, www.evil.example',
      'see https: //evil.example, www\\.evil.example.',
    ],
    ['people and teams', '@org/team, cc @bob: #12', '@ org/team, cc @ bob: \\#12.'],
    ['pictures', ':white_check_mark: done at 02:20:01', '∶white_check_mark: done at 02:20:01.'],
    ['a secret', 'it says password=hunter2!', 'it says password=\\[REDACTED\\].'],
    ['what cannot be seen', 'a\u202eb\u200bc\u0007d', 'a‹U+202E›b‹U+200B›c‹U+0007›d.'],
    ['its own full stop', 'It is down!', 'It is down!'],
    ['no words at all', null, 'Nobody gave a reason.'],
    ['1200 characters', 'x'.repeat(1200), `${'x'.repeat(999)}…`],
  ])('do not break the file: %s', (_, reason, shown) => {
    const entry = entryOf(reason);

    expect(field({ ...recorded(DONE), entry }, 'Symptom')).toBe(
      `${shown} Seen before the rollback: health 503 unhealthy (not ok: db)`,
    );
    const lines = linesOf(insertIncident(log, entry));
    expect(lines.filter(({ text }) => text.startsWith('## ')).map(({ text }) => text)).toEqual([
      '## Log Entries',
      '## Site: acme-kitchens',
      '## Follow-Up Tracking',
    ]);
    expect(lines.filter(({ text }) => text === '---')).toHaveLength(1);
    expect(lines.some(({ literal }) => literal)).toBe(false);
  });

  it('name what the journal complained of, by kind', () => {
    const of = {
      ...FULL,
      facts: { ...FULL.facts, errorsBefore: [{ what: 'TypeError in website/views.py', count: 3 }] },
    };

    expect(field(recorded(DONE, of), 'Symptom')).toBe(
      'contact form is down. Seen before the rollback: health 503 unhealthy (not ok: db); errors in the hour before: 3 x TypeError in website/views.py',
    );
  });

  it('never name people of Slack, who are nobody in the repository', () => {
    expect(JSON.stringify(recorded(DONE))).not.toMatch(/U0\d|C01/);
  });
});

describe('the records of an undo', () => {
  const PLAN = undoPlan();
  const undo = recorded(DONE, PLAN, request({ version: null, undo: UNDONE, reason: 'the wrong site' }));

  it('say what it took back, and that the version of before is live again', () => {
    expect(undo.title).toBe(`docs(ops): record undo of ${UNDONE}`);
    expect(undo.row?.cells).toEqual({
      version: 'v0.6.0',
      date: '2026-03-01',
      outcome: `Undid the rollback ${UNDONE}`,
    });
    expect(field(undo, 'Version')).toBe('v0.5.0 → v0.6.0');
    expect(field(undo, 'Symptom')).toBe(
      'the wrong site. Seen before the undo: health 503 unhealthy (not ok: db)',
    );
    expect(field(undo, 'Fix')).toContain(
      `Undid the rollback ${UNDONE}. Back to v0.6.0; code and environment are those of commit 66666666. The database is the safety backup of ${UNDONE}, taken 2026-03-01 02:05 UTC. Whatever was entered after that is lost.`,
    );
    expect(field(undo, 'Follow-up')).toBe(
      `Whatever the rollback ${UNDONE} was for may come back: watch the site. Details: ${undo.mark} (/rollback status acme-kitchens-7)`,
    );
  });
});
