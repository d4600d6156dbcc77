import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { preformatted } from '../../../../src/slack/render/blocks/blocks.ts';
import { surfaces } from '../../../../src/slack/render/surfaces.ts';
import { eventsTo, runOf } from '../../../support/story/run.ts';
import { site } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const WRITTEN = {
  type: 'records-written',
  commit: 'abc1234def'.padEnd(40, '0'),
  branch: 'rollback-bot/records',
  pullRequest: null,
} as const;

function shown(state: 'succeeded' | 'failed' | 'closed', event: RunEvent, key: string): readonly string[] {
  const run = runOf([...eventsTo(state), event]);
  return seen(surfaces(run, site()).find((surface) => surface.key === key) ?? null);
}

describe('what became of the records', () => {
  it.each<[string, RunEvent, string]>([
    ['written', WRITTEN, '*Records*  Committed to `rollback-bot/records` as `abc1234`.'],
    [
      'written, with a pull request',
      { ...WRITTEN, pullRequest: { said: 'https://example.test/pr/1' } },
      '*Records*  Committed to `rollback-bot/records` as `abc1234`. Pull request: <https://example.test/pr/1>',
    ],
    [
      'written, with a command that says something else',
      { ...WRITTEN, pullRequest: { said: 'open <https://evil.example|here>, *now*' } },
      '*Records*  Committed to `rollback-bot/records` as `abc1234`. Pull request: open &lt;https://evil.example|here&gt;, ∗now∗',
    ],
    [
      'written, with a command that failed',
      { ...WRITTEN, pullRequest: { problem: 'gh: no token' } },
      '*Records*  Committed to `rollback-bot/records` as `abc1234`. The pull request command failed: gh: no token',
    ],
    [
      'pending',
      { type: 'records-pending', why: 'the push was refused: protected' },
      '*Records*  Pending: the push was refused: protected. The bot will try again on its own.',
    ],
    [
      'for people',
      { type: 'records-shown', row: null, entry: 'x' },
      '*Records*  The texts for the matrix and the incident log are in the thread.',
    ],
  ])('is said under the end of the run: %s', (_, event, line) => {
    expect(shown('succeeded', event, 'ending')).toContain(line);
    expect(shown('failed', event, 'ending')).toContain(line);
    expect(shown('closed', event, 'stop-1')).toContain(line);
  });

  it('comes as two texts to copy into the thread where there is no repository', () => {
    const event: RunEvent = { type: 'records-shown', row: '| A | b |', entry: '## Site: a\n\n---\n' };

    expect(shown('succeeded', event, 'records')).toEqual([
      '*Matrix row* (keep its notes)',
      JSON.stringify(preformatted('| A | b |')),
      '*Incident log entry*, to go before `## Follow-Up Tracking`',
      JSON.stringify(preformatted('## Site: a\n\n---\n')),
    ]);
    expect(shown('failed', { ...event, row: null }, 'records')[0]).toBe(
      '*Incident log entry*, to go before `## Follow-Up Tracking`',
    );
    expect(shown('succeeded', WRITTEN, 'records')).toEqual([]);
  });
});
