import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/domain/plan/plan.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { hostProbes } from '../../src/ssh/probes.ts';
import { answeringSession, HONEST, type Probe } from '../support/fakes/answering-session.ts';
import { scriptedHost } from '../support/fakes/scripted-host.ts';
import { backup, disk } from '../support/story/evidence.ts';
import { site, T } from '../support/story/site.ts';
import { stage } from '../support/story/stage.ts';

type Answers = Partial<Record<Probe, unknown>>;

/** The run after its planning, if the host's probes print these. */
async function planned(answers: Answers): Promise<Run> {
  const host = scriptedHost(hostProbes(answeringSession(answers), site()));
  const { advance, run } = stage([], { host, asked: { mode: 'full' } });
  await advance();
  return run();
}

/** As the record stores it, without the program. */
function bytesOf(plan: Plan): number {
  return Buffer.byteLength(
    JSON.stringify({ type: 'planned', plan: { ...plan, program: '' }, expiresAt: T.expires }),
  );
}

const many = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => make(at));
const table = <Value>(count: number, value: Value) =>
  Object.fromEntries(many(count, (at) => [`t${at}`, value]));
const of = (probe: Probe) => HONEST[probe] as Record<string, unknown>;
const listed = (name: string) => ({
  ...backup({ name }),
  named: null,
  isUtc: false,
  modified: T.backup,
  slug: null,
  kind: 'other',
});
const LONG = 'x'.repeat(10_000);

describe('what a host answers', () => {
  it('is planned with as long as it is honest', async () => {
    const { plan, refusal } = await planned({});

    expect(refusal).toBeNull();
    expect(plan?.facts).toMatchObject({ otherBackups: [], moreBackups: 0, backup: { name: backup().name } });
    expect(bytesOf(plan as Plan)).toBeLessThan(20_000);
  });

  it.each<[string, Answers, string]>([
    ['backups', { backups: many(5001, (at) => listed(`b${at}.sql.gz`)) }, 'more than 5000 backups'],
    [
      'changed files',
      { survey: { ...of('survey'), dirtyFiles: many(50, String) } },
      'more than 20 changed files',
    ],
    [
      'tags',
      {
        survey: { ...of('survey'), live: { ...(of('survey')['live'] as object), tags: many(300, String) } },
      },
      'more than 200 tags of one commit',
    ],
    [
      'units',
      { services: { ...of('services'), otherUnits: many(30, (at) => `u${at}`) } },
      'more than 20 other units',
    ],
    [
      'rights',
      { services: { ...of('services'), missingRights: ['ALL'] } },
      'a right that the bot has not asked about',
    ],
    [
      'a unit',
      { services: { ...of('services'), otherUnits: ['x; id'] } },
      'a unit that systemd would not take',
    ],
    [
      'an address',
      { services: { ...of('services'), bind: `unix:${LONG}` } },
      'an address of more than 300 characters, or with characters that nobody can see',
    ],
    [
      'a user',
      { survey: { ...of('survey'), owner: 'root\n- slug: two' } },
      'a user of more than 64 characters, or with characters that nobody can see',
    ],
    [
      'versions',
      { resolveVersion: { ...of('resolveVersion'), known: many(20_001, String) } },
      'more than 20000 versions',
    ],
    [
      'branches of an unreviewed commit',
      {
        survey: { ...of('survey'), reflog: [] },
        reviewCommit: { ...of('reviewCommit'), branches: many(11, String) },
      },
      'more than 10 branches',
    ],
    [
      'packages',
      { prepareEnvironment: { ...of('prepareEnvironment'), installed: table(600, '1') } },
      'more than 500 packages',
    ],
    [
      'a path',
      { prepareEnvironment: { ...of('prepareEnvironment'), venv: '/srv/x\n; id' } },
      'a path of more than 1000 characters, or with characters that nobody can see',
    ],
    ['migrations', { migrations: many(10_001, (at) => disk(`a.${at}`)) }, 'more than 10000 migrations'],
    [
      'rows of migrations',
      {
        database: {
          ...of('database'),
          applied: many(5001, (at) => ({ app: 'a', name: String(at), appliedAt: '' })),
        },
      },
      'more than 5000 migrations',
    ],
    ['tables', { countRows: { tables: table(5001, { rows: 1, exact: true }) } }, 'more than 5000 tables'],
    [
      'objects',
      { restoreFacts: { ...of('restoreFacts'), objects: many(5001, String) } },
      'more than 5000 objects',
    ],
  ])('is refused in words beyond its limits: %s', async (_, answers, words) => {
    const { refusal, plan } = await planned(answers);

    expect(plan).toBeNull();
    expect(refusal).toEqual({
      code: 'host-errored',
      sentence: `The bot can't check the host of Acme Kitchens: the host named ${words}, and the bot takes no more than that.`,
      next: 'Nothing was changed. Look at the host: whatever put that there has to go first. Then ask again.',
    });
  });

  it.each<[string, Answers]>([
    [
      '5000 other backups',
      { backups: [...many(4999, (at) => listed(`${at}.tar`)), ...(HONEST.backups as object[])] },
    ],
    [
      'long names of backups',
      {
        backups: [
          ...many(2000, (at) => listed(`${at}${'é'.repeat(240)}.tar`)),
          ...(HONEST.backups as object[]),
        ],
      },
    ],
    [
      'a long subject, a long word of health, long states',
      {
        survey: { ...of('survey'), live: { ...(of('survey')['live'] as object), subject: LONG } },
        services: { ...of('services'), health: { status: 503, word: LONG, failing: many(20, () => LONG) } },
      },
    ],
    ['5000 tables', { countRows: { tables: table(5000, { rows: 1, exact: true }) } }],
    [
      '5000 objects',
      {
        restoreFacts: {
          ...of('restoreFacts'),
          objects: many(5000, (at) => `function ${at}${LONG.slice(0, 200)}`),
        },
      },
    ],
    [
      'objects in the backup',
      { readBackup: { ...of('readBackup'), objects: many(5000, (at) => `function ${at}`) } },
    ],
    [
      '200 packages that differ',
      {
        survey: {
          ...of('survey'),
          unmetPins: many(200, () => ({ name: LONG, wanted: LONG, installed: LONG })),
        },
      },
    ],
    [
      'long lines in the journal',
      {
        journal: {
          readAt: 0,
          lines: many(
            3000,
            (at) => `ERROR ${String.fromCharCode(97 + (at % 26))}${at} ${LONG.slice(0, 500)}`,
          ),
        },
      },
    ],
  ])('makes a plan of less than 200 KB: %s', async (_, answers) => {
    const { plan, refusal } = await planned(answers);

    expect(refusal).toBeNull();
    expect(bytesOf(plan as Plan)).toBeLessThan(200_000);
  });

  it('is no larger than that with all of it at once', async () => {
    const { plan, refusal } = await planned({
      backups: [...many(4999, (at) => listed(`${at}.tar`)), ...(HONEST.backups as object[])],
      countRows: { tables: table(5000, { rows: 1, exact: true }) },
      database: {
        ...of('database'),
        leftAlone: many(300, (at) => ['extension', `e${at}`]),
        foreignExtensions: many(200, (at) => `e${at}`),
        neighbours: [],
        applied: [
          ...(of('database')['applied'] as object[]),
          ...many(300, (at) => ({ app: 'website', name: `1${at}`, appliedAt: T.upgraded })),
        ],
      },
      migrations: [disk('website.0001'), disk('website.0002'), ...many(300, (at) => disk(`website.1${at}`))],
      readBackup: {
        ...of('readBackup'),
        migrations: [...backup().migrations, ...many(300, (at) => ({ app: 'website', name: `1${at}` }))],
        rows: table(1000, 1),
      },
      restoreFacts: { ...of('restoreFacts'), objects: many(5000, (at) => `function f${at}`) },
    });

    expect(refusal).toBeNull();
    expect(bytesOf(plan as Plan)).toBeLessThan(200_000);
  });

  it('keeps twenty of the other backups, and counts the rest', async () => {
    const { plan } = await planned({
      backups: [...many(4999, (at) => listed(`${at}.tar`)), ...(HONEST.backups as object[])],
    });

    expect(plan?.facts.otherBackups).toHaveLength(20);
    expect(plan?.facts.moreBackups).toBe(4979);
  });

  it.each<[string, Answers, string]>([
    [
      'the tables of a backup',
      {
        readBackup: {
          ...of('readBackup'),
          rows: Object.fromEntries(many(5000, (at) => [`t${at}${LONG.slice(0, 200)}`, at])),
        },
      },
      'Most of it are tables and migrations in the backup.',
    ],
    [
      'packages',
      {
        prepareEnvironment: {
          ...of('prepareEnvironment'),
          installed: Object.fromEntries(many(500, (at) => [`p${at}${LONG.slice(0, 200)}`, LONG])),
        },
      },
      'Most of it are packages.',
    ],
  ])('is refused in words if all of it together is too much: %s', async (_, answers, most) => {
    const { plan, refusal } = await planned(answers);

    expect(plan).toBeNull();
    expect(refusal?.code).toBe('host-unsupported');
    expect(refusal?.sentence).toMatch(
      /^The plan would have \d+ KB, and the bot stores none of more than 190\. /,
    );
    expect(refusal?.sentence).toContain(most);
  });
});
