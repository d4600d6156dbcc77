import { describe, expect, test } from 'vitest';
import { privateWriter, readPlan, unreviewedText } from '../../../src/entry/commands/plan-command.ts';
import { namedSite } from '../../../src/entry/parts/named-site.ts';
import { askedBuild } from '../../support/story/run.ts';
import { codeOnlyPlan, site } from '../fixtures.ts';

describe('the words of the terminal', () => {
  test('are read as the slash command reads them', () => {
    expect(readPlan('acme-kitchens', 'v0.5.0', { full: true, backup: 'a.sql.gz' })).toEqual({
      kind: 'rollback',
      siteText: 'acme-kitchens',
      version: 'v0.5.0',
      mode: 'full',
      backup: 'a.sql.gz',
      reason: null,
      dryRun: false,
    });
    expect(readPlan('acme-kitchens@staging', undefined, { databaseOnly: true })).toMatchObject({
      version: null,
      mode: 'database-only',
    });
  });

  test.each([
    ['no version', ['acme-kitchens', undefined, {}], 'The version is missing.'],
    [
      'two modes',
      ['acme-kitchens', 'v1.0.0', { full: true, codeOnly: true }],
      '--full and --code-only contradict each other.',
    ],
    [
      'a version with --database-only',
      ['acme-kitchens', 'v1.0.0', { databaseOnly: true }],
      '--database-only leaves the code as it is',
    ],
    [
      'a backup with --code-only',
      ['acme-kitchens', 'v1.0.0', { codeOnly: true, backup: 'a' }],
      '--code-only restores no database',
    ],
    ['an option for a version', ['acme-kitchens', '-oProxyCommand=x', {}], 'is not an option'],
    [
      'a path for a backup',
      ['acme-kitchens', 'v1.0.0', { backup: '../a' }],
      '../a is not the plain name of a backup file.',
    ],
    ['a command for a site', ['status', undefined, {}], 'status is not the name of a site.'],
    ['what no site is called', ['acme/kitchens', 'v1.0.0', {}], 'is not the name of a site'],
  ] as const)('%s is refused in words of the terminal', (_, given, sentence) => {
    const [siteText, version, options] = given;

    expect(() => readPlan(siteText, version, options)).toThrow(sentence);
    expect(() => readPlan(siteText, version, options)).not.toThrow(/`|\/rollback /);
  });
});

test('a site that is not there: the nearest, or all of them', () => {
  expect(() => namedSite([site], 'acme')).toThrow('There is no site acme.\nDid you mean acme-kitchens?');
  expect(() => namedSite([site], readPlan('Acme Kitchens', 'v0.5.0', {}).siteText)).toThrow(
    'There is no site Acme Kitchens.\nDid you mean acme-kitchens?',
  );
  expect(() => namedSite([site], 'zzzzzzz')).toThrow(
    'There is no site or command zzzzzzz.\nSites: acme-kitchens@production.',
  );
  expect(namedSite([site], 'acme-kitchens@production')).toBe(site);
});

test('the run of a terminal goes through the same states, and says what is looked at', async () => {
  const looked: string[] = [];
  const writer = privateWriter(
    {
      site: 'acme-kitchens@production',
      version: 'v0.5.0',
      mode: null,
      backup: null,
      reason: null,
      dryRun: true,
      requester: 'terminal',
      channel: '',
    },
    { now: () => '2026-01-12T12:00:00.000Z' },
    (what) => looked.push(what),
  );
  await writer.append({ type: 'looked', what: 'the host' });
  await writer.append({ type: 'dry-run-ended', plan: codeOnlyPlan() });

  expect(looked).toEqual(['the host']);
  expect(writer.run()).toMatchObject({ id: 'terminal-20260112t120000z', state: 'dry-run' });
});

test('a version that nobody has reviewed: what it is, and that an approver is asked in Slack', () => {
  expect(unreviewedText(site, askedBuild()).split('\n')).toEqual([
    'Commit    777777777777: Make it faster',
    'Author    Mallory Jones (so the commit says), 2026-02-28 17:00 UTC',
    'Branch    feature/faster',
    'Why       it never ran here, and the deployed branch main has never stood there',
    'Changes   3 commits more and 1 fewer than v0.6.0 (66666666); 3 files changed: website/views.py',
    'Build     not as the live version: requirements.txt, pyproject.toml changed',
    '',
    '777777777777 never ran here, and the deployed branch main has never stood there. The bot builds it only after a second person has approved that.',
    'Nothing was built or started. In Slack, type /rollback acme-kitchens@production 777777777777 --dry-run: the bot then asks an approver.',
  ]);
});
