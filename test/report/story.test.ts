import { describe, expect, it } from 'vitest';
import { summaryFile } from '../../src/report/story.ts';
import { liveCommit, survey, target } from '../support/story/evidence.ts';
import { plan } from '../support/story/run.ts';
import { site } from '../support/story/site.ts';
import { decisionStory, fullStory, type Story } from '../support/story/stories.ts';

const fileOf = ({ run, events }: Story, where = site()) => summaryFile(run, where, events, (id) => id);
const chapterOf = (text: string, title: string) =>
  text.split('\n## ').find((chapter) => chapter.startsWith(`${title}\n`));

const PLAN = plan();
const RUN = '/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7';

const FULL = `# acme-kitchens-7: Acme Kitchens (production)

As of 2026-03-01 02:22:00 UTC. For anything later, see the run's thread, or type \`rollback-bot status acme-kitchens-7\`. All times are UTC. The host's clock timed the steps, the clock of the bot and its workers everything else.

|  |  |
| --- | --- |
| Site | acme-kitchens@production, acme-kitchens.example |
| What | v0.6.0 (66666666) → v0.5.0 (55555555): it succeeded |
| Asked for by | U01ALICE, 2026-03-01 02:14:00 UTC |
| Reason | the contact form is down |
| Decision | Approved by U02BOB |
| Downtime | 13.0 s: from 2026-03-01 02:20:02 UTC to 2026-03-01 02:20:15 UTC |
| Data | what was entered from 2026-03-01 01:40:00 UTC to 2026-03-01 02:20:02 UTC is no longer in the database. The safety backup on the host has it. |
| Did it help? | So far, yes: health was 503 unhealthy and is now 200 ok; errors in the hour before: 14 x TypeError in website/views.py; none of them since the switch. |

## Evidence

|  |  |
| --- | --- |
| Live | v0.6.0 (66666666) "Release 0.6.0", \`6666666666666666666666666666666666666666\`, since 2026-03-01 02:00:00 UTC |
| Health before | 503 unhealthy (not ok: db) |
| Target | v0.5.0 (55555555) "Release 0.5.0", \`5555555555555555555555555555555555555555\`; it was live here until 2026-03-01 02:00:00 UTC |
| Migrations | applied, and unknown to the target: website.0003_split_lead_name |
| Mode | code and database, because the database has website.0003_split_lead_name, which the target does not know |
| Backup | \`acme-kitchens_db_20260301T014000Z.sql.gz\`, taken 2026-03-01 01:40:00 UTC, SHA-256 \`${'b'.repeat(64)}\` |
| Database | sum_acme on 127.0.0.1:5432, PostgreSQL 15.8 |
| Environment | \`/srv/sum/acme-kitchens/.rollback-bot/venvs/5555555555555555555555555555555555555555\`: sum-core cccccccccccccccccccccccccccccccccccccccc, gunicorn 22.0.0 |

Backups that were not chosen:

- \`media_20260301_010000.tar.gz\`: it is not a database backup

When the plan was made: 2 rows go; edits are not counted.

- website_lead: 14 rows now, 12 in the backup

Warnings:

- The matrix of sites says v0.5.2.

## Plan

1. check once more that everything is as approved (at most 120 s)
2. stop the site (at most 150 s)
3. back up the database as it is now (at most 900 s)
4. check out the target code (at most 60 s)
5. restore the database from the backup (at most 1800 s)
6. switch to the prepared environment (at most 30 s)
7. collect static files (at most 300 s)
8. start the site (at most 90 s)
9. wait for the first healthy answer (at most 60 s)
10. watch that it stays up (at most 30 s)

On failure: If a step fails before the database is replaced, the bot puts the previous code back and starts the site. If one fails later, it stops and asks you.

A second person had to approve, because the database is overwritten.

- U02BOB approved \`DIGEST\`, 2026-03-01 02:20:00 UTC

Plan \`DIGEST\`, program \`PROGRAM\`, host key \`SHA256:hostkey\`.

## Timeline

| When | How long | Who | What |
| --- | --- | --- | --- |
| 2026-03-01 02:14:00 |  | U01ALICE | asked to roll back to v0.5.0: the contact form is down |
| 2026-03-01 02:14:02 | 2.0 s | the bot | checked the host: rights, units, lock, code |
| 2026-03-01 02:14:04 | 56.0 s | the bot | checked which migrations have run |
| 2026-03-01 02:15:00 | 1 min 0 s | the bot | made plan SHORT: code and database to v0.5.0 (55555555) |
| 2026-03-01 02:20:00 | 5 min 0 s | U02BOB | approved plan SHORT |
| 2026-03-01 02:20:01 |  | the bot | started the switch on the host |
| 2026-03-01 02:20:01 | 1.0 s | the host | check once more that everything is as approved |
| 2026-03-01 02:20:02 | 2.0 s | the host | stop the site |
| 2026-03-01 02:20:04 | 1.0 s | the host | back up the database as it is now |
| 2026-03-01 02:20:05 | 1.0 s | the host | check out the target code |
| 2026-03-01 02:20:06 | 3.0 s | the host | restore the database from the backup |
| 2026-03-01 02:20:09 | 1.0 s | the host | switch to the prepared environment |
| 2026-03-01 02:20:10 | 2.0 s | the host | collect static files |
| 2026-03-01 02:20:12 | 1.0 s | the host | start the site |
| 2026-03-01 02:20:13 | 2.0 s | the host | wait for the first healthy answer |
| 2026-03-01 02:20:15 | 10.0 s | the host | watch that it stays up |
| 2026-03-01 02:20:25 | 24.0 s | the host | all steps are done |
| 2026-03-01 02:20:31 | 6.0 s | the bot | checked the site: 2 of 3 checks passed; not checked: form; health 200 ok |
| 2026-03-01 02:22:00 |  | U03CAROL | confirmed "Send one contact form" |

## Checks

| Check | Result | Detail |
| --- | --- | --- |
| code | passed | commit 55555555, working tree clean |
| homepage | passed | 200 text/html |
| form | not checked | send one entry yourself |

| Error in the journal | Hour before | Since the switch |
| --- | --- | --- |
| TypeError in website/views.py | 14 | 0 |

## Open

- Log in to the admin: nobody has confirmed it yet.
- Look at the homepage on your phone: nobody has confirmed it yet.
- Open follow-ups: Root cause, Fix tested in staging, Release notes read, Re-upgrade planned.
- The matrix of sites says v0.5.2.

## On the host

- deploy@10.0.0.5, \`${RUN}\`: \`STATE\` says how it ended, \`log\` has all output.
- The database as it was at the stop: \`${RUN}/safety.sql.gz\`.
- The previous environment: \`${RUN}/venv-before\`.
`;

describe('the file of a full rollback', () => {
  const made = plan('full', {
    otherBackups: [{ name: 'media_20260301_010000.tar.gz', why: 'it is not a database backup' }],
    warnings: ['The matrix of sites says v0.5.2.'],
  });
  const of = {
    ...made,
    facts: { ...made.facts, errorsBefore: [{ what: 'TypeError in website/views.py', count: 14 }] },
  };

  it('is the whole story, in order', () => {
    const expected = FULL.replaceAll('DIGEST', of.digest)
      .replaceAll('SHORT', of.digest.slice(0, 12))
      .replaceAll('PROGRAM', of.binding.programSha256);

    expect(fileOf(fullStory(of))).toBe(expected);
  });
});

describe('the file of a run with decisions', () => {
  const text = fileOf(decisionStory());

  it('has both times in which the site was down, and says where the data of in between is', () => {
    expect(text).toContain(
      '| Downtime | 1 min 10 s: from 2026-03-01 02:20:02 UTC to 2026-03-01 02:21:06 UTC; from 2026-03-01 02:21:51 UTC to 2026-03-01 02:21:57 UTC |',
    );
    expect(chapterOf(text, 'On the host')).toBe(`On the host

- deploy@10.0.0.5, \`${RUN}\`: \`STATE\` says how it ended, \`log\` has all output.
- The database as it was at the stop: \`${RUN}/safety.sql.gz\`.
- The database that going back replaced: \`${RUN}/attempt-3/safety.sql.gz\`.
- Each decision has its own folder with its own log: \`attempt-2\` and so on.
`);
  });

  it('has the proof that did not hold, and who decided what', () => {
    expect(chapterOf(text, 'Checks')).toBe(`Checks

Before the decision "Go back":

| Check | Result | Detail |
| --- | --- | --- |
| homepage | **failed** | 500 |

| Error in the journal | Hour before | Since the switch |
| --- | --- | --- |
| TypeError in website/views.py | 0 | 4 |
`);
    expect(chapterOf(text, 'Decisions')).toBe(`Decisions

- Retry of "restore the database from the backup", decided by U02BOB
- Go back, decided by U01ALICE, approved by U02BOB
`);
    expect(chapterOf(text, 'Open')).toBe(`Open

- The site runs what it ran before, so whatever was wrong then still is.
`);
  });
});

describe('what others wrote', () => {
  it.each([
    ['*bold* _it_ `code`', String.raw`\*bold\* \_it\_ \`code\``],
    ['a | b', String.raw`a \| b`],
    ['x\n## Approvals\n\nnone', 'x ## Approvals none'],
    ['[click](https://evil.example)', String.raw`\[click\](https: //evil.example)`],
    ['<@U09EVE> <script>', String.raw`\<@ U09EVE\> \<script\>`],
    ['&lt;b&gt; & c', String.raw`\&lt;b\&gt; & c`],
    [String.raw`\[x]`, String.raw`\\\[x\]`],
    ['snake_case_name', 'snake_case_name'],
  ])('stays what it is: %j', (typed, written) => {
    expect(fileOf(fullStory(PLAN, { reason: typed }))).toContain(`| Reason | ${written} |`);
  });

  it('cannot add a row, a chapter or a mention, wherever it comes from', () => {
    const evil = 'x |\n\n## Evil\n<@U09EVE> `y`';
    const of = plan('full', {
      target: target({ tags: [evil], subject: evil }),
      survey: survey({ live: { ...liveCommit, tags: [evil], subject: evil } }),
      modeReason: evil,
      warnings: [evil],
      otherBackups: [{ name: evil, why: evil }],
      leftBehind: [evil],
    });
    const text = fileOf(fullStory(of, { reason: evil }), site({ name: evil, domain: evil }));

    expect(text.match(/^## .*/gm)).toEqual(
      ['Evidence', 'Plan', 'Timeline', 'Checks', 'Open', 'On the host'].map((title) => `## ${title}`),
    );
    expect(text).not.toContain('<@U09EVE>');
  });
});
