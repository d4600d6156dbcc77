import { HONEST, type Probe } from '../fakes/answering-session.ts';
import { applied, backup, commitOf, LIVE, liveCommit, TARGET, unit } from '../story/evidence.ts';
import { T } from '../story/site.ts';
import { unitStart } from '../story/unit-start.ts';
import type { Text } from './runs.ts';

/** What the probes of one host print. */
export type Answers = Partial<Record<Probe, unknown>>;

/** A host, and what it is that it says. */
export type SaidByHost = readonly [what: string, answers: Answers];

/** Hosts on which one thing after the other is a text of others. */
export function hostileHosts(text: Text): readonly SaidByHost[] {
  return [...eachText(text), ...troubles(text)].map(([what, answers], at) => [`${at}: ${what}`, answers]);
}

/** Every text in every answer of the honest host, one at a time. */
function eachText(text: Text): readonly SaidByHost[] {
  return (Object.keys(HONEST) as Probe[]).flatMap((probe) =>
    textsIn(HONEST[probe]).map((path): SaidByHost => {
      const answer: unknown = structuredClone(HONEST[probe]);
      return [`${probe} ${path.join('.')}`, { [probe]: replaced(answer, path, text()) }];
    }),
  );
}

type Path = readonly (string | number)[];

function textsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) => textsIn(inside, [...path, name]));
}

function replaced(value: unknown, [name, ...rest]: Path, text: string): unknown {
  if (name === undefined) return text;
  const holder = value as Record<string | number, unknown>;
  holder[name] = replaced(holder[name], rest, text);
  return holder;
}

const of = (probe: Probe) => HONEST[probe] as Record<string, unknown>;

const many = <Item>(count: number, make: () => Item): Item[] => Array.from({ length: count }, make);

/** What an honest host does not have. */
function troubles(text: Text): readonly SaidByHost[] {
  const said = (probe: Probe, more: object): SaidByHost => [
    `${probe} ${Object.keys(more).join(' and ')}`,
    { [probe]: { ...of(probe), ...more } },
  ];
  const problem = (probe: Probe, more: object = {}): SaidByHost => [
    `${probe} says no ${Object.keys(more).join()}`,
    { [probe]: { problem: text(), detail: text(), ...more } },
  ];
  const start = (more: object) => said('services', { starts: [unitStart(unit('gunicorn').name, more)] });
  return [
    ...(
      [
        'survey',
        'resolveVersion',
        'prepareEnvironment',
        'startCheck',
        'database',
        'readBackup',
        'restoreFacts',
        'stageRestore',
      ] as const
    ).flatMap((probe): SaidByHost[] => [problem(probe), [`${probe} breaks`, { [probe]: { broke: text() } }]]),
    problem('prepareEnvironment', { hint: { kind: 'git-status', folder: text() } }),
    problem('prepareEnvironment', { hint: { kind: 'own-repository', folder: text(), path: text() } }),
    problem('prepareEnvironment', { hint: { kind: 'no-repository', module: `/srv/${text()}/x`, url: null } }),
    problem('prepareEnvironment', { hint: { kind: 'no-repository', module: '/srv/x', url: null } }),
    problem('prepareEnvironment', {
      hint: { kind: 'no-repository', module: '/srv/x', url: `https://${text()}` },
    }),
    problem('prepareEnvironment', { hint: { kind: 'no-commit', module: text(), commit: LIVE } }),
    problem('prepareEnvironment', { hint: { kind: 'filter', program: text() } }),
    said('survey', { missingTools: [text(), 'pip'] }),
    said('survey', { dirtyFiles: many(7, text) }),
    said('survey', { foreignOwned: text() }),
    said('survey', {
      unmetPins: [
        { name: text(), wanted: text(), installed: text() },
        { name: text(), wanted: text(), installed: null },
      ],
    }),
    said('survey', { stack: { slug: text(), environment: text(), domain: text(), core: text() } }),
    said('survey', { quarantine: [{ name: 'v0.5.0', run: text(), since: null, why: text() }] }),
    said('survey', { quarantine: [{ name: 'v0.5.0', run: null, since: T.backup, why: text() }] }),
    said('survey', { live: { ...liveCommit, commit: TARGET, tags: [text()], subject: text() } }),
    said('survey', { user: text(), endsProgramsAtLogout: true }),
    said('services', { sudoProblem: text() }),
    said('services', { sudoProblem: `must have a tty ${text()}` }),
    said('services', { missingRights: [text()] }),
    said('services', { missingRights: [`systemctl stop ${text()}`] }),
    said('services', {
      missingRights: [`systemctl stop ${text()}`, `systemctl stop ${unit('gunicorn').name}`],
    }),
    [
      'systemctl and missingRights',
      {
        survey: { ...of('survey'), systemctl: text() },
        services: { ...of('services'), missingRights: [`systemctl start ${unit('gunicorn').name}`] },
      },
    ],
    said('services', { starts: [unitStart(text(), { limit: HIT, mayReset: false })] }),
    said('services', { starts: [unitStart(text(), { masked: true })] }),
    said('services', { otherUnits: [text()] }),
    said('services', { movesTo: [text(), text()] }),
    said('services', {
      units: [unit('gunicorn', { foreignExecutable: text() })],
      wrappers: [unit('gunicorn').name],
    }),
    said('services', { units: [unit('gunicorn', { foreignExecutable: text() })] }),
    said('services', { units: [unit('gunicorn', { active: text(), sub: text(), result: text() })] }),
    said('services', {
      health: { status: 503, word: text(), failing: [text(), 'cache'] },
      redis: { address: text(), problem: text() },
    }),
    said('services', {
      health: { status: 503, word: text(), failing: ['cache'] },
      redis: { address: text(), problem: null },
    }),
    said('services', { health: { status: 400, word: text(), failing: [] } }),
    ...[
      { unreadable: text() },
      { stops: { line: 3, name: text() } },
      { stops: { line: 3, name: 'A' }, oddities: [oddLine(text, 'read-only')] },
      {
        oddities: [
          oddLine(text, 'character'),
          oddLine(text, 'spaces'),
          oddLine(text, 'export'),
          oddLine(text, 'name'),
        ],
      },
      { changed: [text(), text()], isChanged: true },
    ].map((more) =>
      said('services', { environmentFile: { ...(of('services')['environmentFile'] as object), ...more } }),
    ),
    start({ load: text(), problem: text() }),
    start({ conditions: [text()] }),
    start({ needs: { [text()]: text() } }),
    start({ stops: [text()] }),
    said('resolveVersion', { localTag: null, originTag: null, known: [text(), text()] }),
    said('resolveVersion', {
      localTag: commitOf('1'),
      commits: {
        ...(of('resolveVersion')['commits'] as object),
        [commitOf('1')]: described(text, commitOf('1')),
      },
    }),
    said('resolveVersion', {
      localTag: null,
      originTag: null,
      beginning: [TARGET],
      commits: { [TARGET]: described(text, TARGET) },
    }),
    said('resolveVersion', {
      localTag: null,
      originTag: null,
      branchMatches: [TARGET],
      unread: [{ commit: LIVE, why: text() }],
      unreadCount: 1,
      commits: { [TARGET]: described(text, TARGET), [LIVE]: described(text, LIVE) },
    }),
    said('prepareEnvironment', { installed: { [text()]: text() } }),
    said('startCheck', { problem: text() }),
    said('startCheck', { listens: [text()] }),
    ['migrations error', { migrations: { error: text() } }],
    [
      'migrations unknown',
      { migrations: [{ app: text(), name: text(), replaces: [], harmless: true, reversible: true }] },
    ],
    said('database', { foreignObjects: many(6, text) }),
    said('database', { unreadable: [text()] }),
    said('database', { unreadable: [`public.${text()}`] }),
    said('database', { neighbours: [text(), text()] }),
    said('database', { pooler: { name: text(), address: text(), port: 6432 } }),
    said('database', { serverVersion: `9 ${text()}` }),
    said('database', {
      applied: [
        ...(of('database')['applied'] as object[]),
        { ...applied('a.b', T.backup), app: text(), name: text() },
      ],
    }),
    ['backups none fit', { backups: many(3, () => listed({ name: text(), kind: 'other' })) }],
    ['backups of other sites', { backups: many(3, () => listed({ slug: text() })) }],
    ['backups without a site', { backups: [listed({ name: text(), slug: null })] }],
    said('readBackup', { problem: text(), unjudged: true }),
    said('readBackup', { migrations: [{ app: text(), name: text() }] }),
    said('readBackup', { needs: [{ kind: text(), name: text(), what: text() }] }),
    said('readBackup', { rows: { [text()]: 5 } }),
    [
      'extensions',
      {
        readBackup: { ...of('readBackup'), extensions: ['e'] },
        restoreFacts: { ...of('restoreFacts'), extensions: { e: text() } },
      },
    ],
    ['an extension', extension(text())],
    said('restoreFacts', { objects: [text()], taken: [text(), text()] }),
    said('countRows', {
      tables: { [text()]: { rows: 700, exact: true }, [text()]: { rows: 300, exact: false } },
    }),
    said('stageRestore', { leftOut: [text(), text()] }),
    said('journal', { lines: [`ERROR ${text()}`, `ValueError: ${text()}`, text()] }),
  ];
}

/** systemd has given up on the unit. */
const HIT = { burst: 5, seconds: null, isHit: true, sinceLastStart: null, restarts: true };

function oddLine(text: Text, kind: 'read-only' | 'character' | 'spaces' | 'export' | 'name') {
  return { line: 3, name: text(), kind, character: '$', plain: true };
}

function described(text: Text, commit: string) {
  return { ...liveCommit, commit, subject: text(), pin: text(), tags: [text(), text()] };
}

function listed(more: object) {
  return { ...backup(), named: T.backup, isUtc: true, modified: T.backup, ...more };
}

function extension(name: string): Answers {
  return {
    readBackup: { ...of('readBackup'), extensions: [name] },
    restoreFacts: { ...of('restoreFacts'), extensions: { [name]: 'which the site may not create' } },
  };
}
