import { expect, test } from 'vitest';
import { problems, SITE, valid, withLine } from './file-support.ts';

test('the nightly look is off until it is asked for', () => {
  const { inventory, settings } = valid(withLine('readiness: { backupMaxAge: 1h }'));

  expect(settings.readiness).toBeNull();
  expect(inventory.sites[0]).not.toHaveProperty('readiness');
});

test('the nightly look has defaults, which a site may change or leave out', () => {
  const { inventory, settings } = valid(
    `defaults: { readiness: { backupMaxAge: 48h }, channel: C01OPS }\nreadiness: {}\n${SITE}  - slug: birch-bakery
    domain: birch-bakery.example
    host: { address: 10.0.0.6 }
    readiness: { prepare: false }
  - slug: cedar-clinic
    domain: cedar-clinic.example
    host: { address: 10.0.0.7 }
    readiness: { enabled: false }
`,
  );

  expect(settings.readiness).toEqual({ at: '03:30', timeZone: 'UTC' });
  expect(inventory.sites.map((site) => site.readiness)).toEqual([
    { backupMaxAgeMs: 172_800_000, prepare: true },
    { backupMaxAgeMs: 172_800_000, prepare: false },
    undefined,
  ]);
});

test.each([
  ['true', { withinSeconds: 1_200, keepFreeBytes: 2_147_483_648 }],
  ['{ within: 90s }', { withinSeconds: 90, keepFreeBytes: 2_147_483_648 }],
  ['{ keepFree: 500MB }', { withinSeconds: 1_200, keepFreeBytes: 524_288_000 }],
  ['false', undefined],
])('rehearsals of a site: %s', (value, limits) => {
  expect(valid(withLine(`rehearsal: ${value}`)).inventory.sites[0]?.rehearsal).toEqual(limits);
});

test.each([
  ['maybe', 'rehearsal: should be true, false, or limits such as { within: 20m, keepFree: 2GB }'],
  ['{ within: 10s }', 'rehearsal.within: should be a duration from 1m to 6h, such as 20m'],
  ['{ keepFree: lots }', 'rehearsal.keepFree: should be a size in MB or GB, such as 500MB or 2GB'],
  ['{ minutes: 3 }', 'rehearsal.minutes: is not a known key; the keys here are within, keepFree'],
])('rehearsals can not be %s', (value, problem) => {
  expect(problems(withLine(`rehearsal: ${value}`))).toEqual([`rollback.yml:7 sites[0].${problem}`]);
});

test('a report has somewhere to go, or somebody is warned', () => {
  const warning =
    'rollback.yml:2 sites[0].channel: is missing, so nobody hears when acme-kitchens@production is no longer ready for a rollback; add it, or readiness.channel';

  expect(valid(`${SITE}readiness: {}\n`).warnings).toEqual([warning]);
  expect(valid(`${SITE}readiness: { channel: C01OPS }\n`).warnings).toEqual([]);
  expect(valid(`${withLine('channel: C01OPS')}readiness: {}\n`).warnings).toEqual([]);
  expect(valid(`${withLine('readiness: { enabled: false }')}readiness: {}\n`).warnings).toEqual([]);
});

test.each([
  ['{ at: "24:00" }', 'readiness.at: should be a time of day in quotes, such as "03:30"'],
  ['{ at: 3 }', 'readiness.at: should be a time of day in quotes, such as "03:30"'],
  ['{ timeZone: Europe/Londn }', 'readiness.timeZone: should be a time zone such as Europe/London'],
  ['{ timeZone: "" }', 'readiness.timeZone: should be a time zone such as Europe/London'],
  ['{ channel: ops }', 'readiness.channel: should be a Slack channel id (C…)'],
  ['{ hour: 3 }', 'readiness.hour: is not a known key; the keys here are at, timeZone, channel'],
  ['off', 'readiness: should be a mapping with keys'],
])('the nightly look cannot be %s', (value, problem) => {
  expect(problems(`${SITE}readiness: ${value}\n`)).toEqual([`rollback.yml:7 ${problem}`]);
});

test.each([
  ['{ backupMaxAge: 10m }', 'backupMaxAge: should be a duration from 1h to 2000h, such as 26h'],
  ['{ backupMaxAge: 3d }', 'backupMaxAge: should be a duration from 1h to 2000h, such as 26h'],
  ['{ prepare: maybe }', 'prepare: should be true or false'],
  ['{ enabled: off }', 'enabled: should be true or false'],
])('a site cannot be looked at by %s', (value, problem) => {
  expect(problems(withLine(`readiness: ${value}`))).toEqual([`rollback.yml:7 sites[0].readiness.${problem}`]);
});

test('a user group is never taken for one person', () => {
  expect(valid(SITE.replace('U01ALICE', 'S01ONCALL').replace('U02BOB', 'S01ONCALL')).warnings).toEqual([]);
});

test('a key that would reach into the prototype is an unknown key', () => {
  const text = 'defaults:\n  __proto__: { approvers: [U01EVE] }\n  constructor: 1\n';

  expect(problems(`${text}${SITE}`).map((line) => line.replace(/;.*/, ''))).toEqual([
    'rollback.yml:2 defaults.__proto__: is not a known key',
    'rollback.yml:3 defaults.constructor: is not a known key',
  ]);
});

test('an unknown key of odd characters is shown in quotes and in ASCII', () => {
  const [line] = problems(withLine('"a b\\u202E\\n": 1'));

  expect(line).toMatch(
    /^rollback\.yml:7 sites\[0\]\."a b\?\\n": is not a known key; the keys here are slug, name, /,
  );
});
