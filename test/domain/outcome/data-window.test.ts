import { expect, it } from 'vitest';
import { dataWindow } from '../../../src/domain/outcome/data-window.ts';
import { effectOf } from '../../../src/domain/outcome/undo.ts';
import { recordingOf } from '../../../src/domain/records/recording.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { downtimeText } from '../../../src/report/facts.ts';
import { slackVoice } from '../../../src/slack/render/blocks/voice.ts';
import { ended, eventsTo, hostState, plan, runOf, steps } from '../../support/story/run.ts';
import { BOB, site, T } from '../../support/story/site.ts';
import { decisionStory, fullStory } from '../../support/story/stories.ts';

const RESTORED = { kind: 'restored', from: T.backup, to: '2026-03-01T02:20:01.000Z' };

const KEPT = { kind: 'kept' };

const switching = (...events: readonly RunEvent[]) => runOf([...eventsTo('switching'), ...events]);

it('is from the backup to the stop after a restore', () => {
  expect(dataWindow(fullStory().run)).toEqual({
    kind: 'restored',
    from: T.backup,
    to: '2026-03-01T02:20:02.000Z',
  });
});

it('is from the start to the second stop where the restore was taken back', () => {
  expect(dataWindow(decisionStory().run)).toEqual({
    kind: 'taken-back',
    from: '2026-03-01T02:21:04.000Z',
    to: '2026-03-01T02:21:51.000Z',
  });
});

it.each<[string, readonly RunEvent[], object]>([
  ['nothing was restored yet', steps(['stop', 0]), KEPT],
  ['the restore failed: it is one transaction', steps(['stop', 0], ['restore', 3]), KEPT],
  ['the restore took too long, and nobody looked', steps(['stop', 0], ['restore', 124]), { kind: 'unknown' }],
  [
    'the restore was cut off, and the host has the old database',
    [
      ...steps(['stop', 0], ['restore', null]),
      ended('interrupted', 'restore', 0, { found: hostState({ database: 'before' }) }),
    ],
    KEPT,
  ],
  [
    'the restore was cut off after it was done',
    [...steps(['stop', 0], ['restore', null]), ended('interrupted', 'restore', 0, { found: hostState() })],
    RESTORED,
  ],
  [
    'it was taken back before the site was started on it',
    steps(['stop', 0], ['restore', 0], ['environment', 1], ['put-back-stop', 0], ['put-back-restore', 0]),
    KEPT,
  ],
  ...['active', 'activating'].map((active): [string, readonly RunEvent[], object] => [
    `it was taken back after the site was ${active} on it without the bot`,
    [
      ...steps(['stop', 0], ['restore', 0], ['environment', null]),
      ended('interrupted', 'environment', 0, {
        found: hostState({ units: [{ name: 'a.service', active }] }),
      }),
      {
        type: 'recovery-begun',
        recovery: { action: 'go-back', step: 'environment', attempt: 2 },
        by: BOB,
        digest: 'd'.repeat(64),
        expiresAt: T.expires,
        approval: null,
      },
      ...steps(['put-back-stop', 0], ['put-back-keep', 0], ['put-back-restore', 0]),
    ],
    expect.objectContaining({ kind: 'taken-back', from: '2026-03-01T02:20:03.000Z' }),
  ]),
])('where %s', (_, events, window) => {
  expect(dataWindow(switching(...events))).toEqual(window);
});

it('is not known where people closed the run while its host was away', () => {
  const why = 'no answer within 15 s';
  const closed = switching(
    { type: 'host-silent', why },
    { type: 'host-lost', why },
    { type: 'closed', by: BOB },
  );

  expect(dataWindow(closed)).toEqual({ kind: 'unknown' });
  expect(effectOf(closed)).toBe('half-way');
  expect(downtimeText(closed, slackVoice)).toBe('unknown: the host did not answer when the run was closed');
  expect(recordingOf(closed, site())?.entry).toContain('Not finished by the bot.');
});

it('is nothing where only the code went back', () => {
  expect(dataWindow(runOf(eventsTo('succeeded', plan('code-only'))))).toEqual(KEPT);
});
