import { z } from 'zod';
import { exact, list, raw, said } from './limits.ts';
import { commit, commitInfo, path, time, unit, word } from './parts.ts';

/** Answers about the site itself: what it is, what runs it, what the host keeps of runs. */

/** A variable of `.env`. */
const variable = exact('a variable', 100);

const user = exact('a user', 64);

export const survey = z.object({
  user,
  owner: user,
  hostname: said(100),
  clock: z.iso.datetime(),
  missingTools: list('missing tools', 30, said()),
  systemctl: said().nullable(),
  foreignOwned: said().nullable(),
  lockFree: z.boolean(),
  indexLocked: z.boolean(),
  dirtyFiles: list('changed files', 20, said()),
  live: commitInfo,
  reflog: list('entries of the reflog', 50, z.object({ commit, at: time })),
  unmetPins: list(
    'packages that differ',
    200,
    z.object({ name: said(100), wanted: said(200), installed: said(200).nullable() }),
  ),
  stack: z
    .object({
      slug: said(100).nullable(),
      environment: said(100).nullable(),
      domain: said(100).nullable(),
      core: said(100).nullable(),
    })
    .nullable(),
  lastRun: z.number().int(),
  quarantine: list(
    'quarantines',
    1000,
    z.object({
      name: raw('a version'),
      run: said(100).nullable(),
      // People may write into these files as well.
      since: z.iso.datetime().nullable().catch(null),
      why: said(200),
    }),
  ),
  pinRanBefore: z.boolean(),
  endsProgramsAtLogout: z.boolean(),
  freeBytes: z.number(),
});

const right = z.string().refine((text) => /^systemctl (?:stop|start) [A-Za-z0-9:_.@\\-]{1,255}$/.test(text), {
  error: 'a right that the bot has not asked about',
});

const unitState = z.object({
  name: unit,
  kind: z.enum(['gunicorn', 'celery', 'socket']),
  active: word,
  sub: word,
  enabled: z.boolean(),
  result: word,
  restarts: z.number().int(),
  exitStatus: z.number().int(),
  startedAt: z.number().nullable(),
  stopSeconds: z.number().nullable(),
  foreignExecutable: said().nullable(),
});

const unitStart = z.object({
  name: unit,
  load: word,
  problem: said().nullable(),
  masked: z.boolean(),
  stale: z.boolean(),
  refusesStart: z.boolean(),
  refusesStop: z.boolean(),
  needs: z
    .record(unit, word)
    .refine((all) => Object.keys(all).length <= 200, { error: 'more than 200 units that one unit needs' }),
  conditions: list('conditions of a unit', 100, said()),
  stops: list('units that one unit stops', 200, unit),
  limit: z
    .object({
      burst: z.number(),
      seconds: z.number().nullable(),
      isHit: z.boolean(),
      sinceLastStart: z.number().nullable(),
      restarts: z.boolean(),
    })
    .nullable(),
  mayReset: z.boolean(),
});

const environmentFile = z.object({
  unreadable: said().nullable(),
  windowsLineEnds: z.boolean(),
  byteOrderMark: z.boolean(),
  stops: z.object({ line: z.number().nullable(), name: variable.nullable() }).nullable(),
  oddities: list(
    'odd lines of .env',
    20,
    z.object({
      line: z.number(),
      name: variable.nullable(),
      kind: z.enum(['export', 'name', 'read-only', 'spaces', 'character']),
      character: exact('a character', 2).nullable(),
      plain: z.boolean(),
    }),
  ),
  changed: list('changed variables', 20, variable).nullable(),
  isChanged: z.boolean(),
});

const address = exact('an address');

export const services = z.object({
  missingRights: list('missing rights', 20, right),
  sudoProblem: said().nullable(),
  units: list('units of the site', 10, unitState),
  otherUnits: list('other units', 20, unit),
  starts: list('units of the site', 10, unitStart),
  wrappers: list('units of the site', 10, unit),
  bind: address.nullable(),
  movesTo: list('addresses', 20, address),
  executables: list('programs', 10, path),
  application: z
    .object({ program: list('words of a command', 10, path).min(1), name: exact('an application') })
    .nullable(),
  staticRoot: said().nullable(),
  environmentFile,
  health: z.object({
    status: z.number().int().nullable(),
    word: said(100),
    failing: list('failing checks', 20, said(40)),
  }),
  redis: z.object({ address: said(), problem: said().nullable() }).nullable(),
});

export const origin = z.object({
  user,
  owner: user,
  origin: said().nullable(),
  originProblem: said().nullable(),
  confinesBuilds: z.boolean(),
});

export const keptForUndo = z.object({
  safetyBackups: list(
    'kept safety backups',
    1000,
    z.object({ run: said(100), at: z.iso.datetime(), bytes: z.number() }),
  ),
  environments: list('kept environments', 1000, z.object({ name: said(), at: z.iso.datetime() })),
});

export const journal = z.object({
  readAt: z.number(),
  lines: list(
    'lines of the journal',
    5000,
    z.string().transform((line) => line.slice(0, 10_000)),
  ).nullable(),
});

/** The bot's own texts: nothing is taken out of them, and their signature is checked. */
export const lostRecords = list('records', 10, z.object({ run: raw('a run'), record: z.string() }));

export const logTail = z.object({ text: z.string() });
