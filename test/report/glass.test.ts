import { expect, it } from 'vitest';
import { timeline } from '../../src/domain/outcome/timeline.ts';
import type { RunEvent, StoredEvent } from '../../src/domain/run/event.ts';
import { terminalText } from '../../src/entry/commands/status-text.ts';
import { overviewSheet } from '../../src/report/history.ts';
import { runSheet } from '../../src/report/run-sheet.ts';
import { plainVoice } from '../../src/report/voice.ts';
import { siteList } from '../../src/slack/render/answers/sites.ts';
import { ending } from '../../src/slack/render/end/ending.ts';
import { progress } from '../../src/slack/render/run/progress.ts';
import { HASH, SEAL } from '../support/fakes/signer.ts';
import { broken, ended, plan, runOf, verified } from '../support/story/run.ts';
import { BOB, CAROL, request, site, T } from '../support/story/site.ts';

const OF = plan();
const DONE: readonly RunEvent[] = [
  { type: 'planned', plan: OF, expiresAt: T.expires },
  broken(OF),
  { type: 'glass-told', number: 1, webhook: { error: 'it answered 500' } },
  { type: 'switch-started', digest: OF.digest },
  ended('done', 'healthy', 0),
  verified,
  { type: 'review-reminded', number: 1 },
];
const CLOSED: RunEvent = { type: 'review-closed', by: BOB, note: 'right, nobody was there' };
const open = runOf(DONE);
const closed = runOf([...DONE, CLOSED]);

const REVIEW = 'The glass was broken. An approver who had no part in it has to close the review.';

it('the sheet of a run says who broke the glass and why, and what is open', () => {
  const text = terminalText(runSheet(open, site(), plainVoice));

  expect(text).toContain(
    `Glass\n  Broken by ${CAROL}, 2026-03-01 02:20 UTC: nobody answers at night\n  Nobody has reviewed it yet.\n`,
  );
  expect(text).toContain(`Open\n  ${REVIEW}\n`);
  const after = terminalText(runSheet(closed, site(), plainVoice));
  expect(after).toContain(`  Reviewed by ${BOB}, 2026-03-01 02:15 UTC: right, nobody was there\n`);
  expect(after).not.toContain(REVIEW);
});

it('overview and list of sites name the runs that wait for a review', () => {
  const overview = overviewSheet([], { runs: [], older: 0 }, plainVoice, [open]);

  expect(terminalText(overview)).toContain('Its glass was broken, and the review is open.');
  expect(siteList([site()], new Map(), new Map(), [open])).toContain(
    'acme-kitchens-7 waits for the review of its broken glass',
  );
  expect(siteList([site()], new Map(), new Map(), [closed])).not.toContain('review');
});

it('progress and end say so for good', () => {
  expect(JSON.stringify(progress(closed, site()))).toContain(
    `:rotating_light: <@${CAROL}> broke the glass: nobody else had approved this.`,
  );
  expect(JSON.stringify(ending(open, site()))).toContain('The glass was broken for it');
});

it('the timeline has each of it', () => {
  const all: readonly RunEvent[] = [{ type: 'requested', request: request() }, ...DONE, CLOSED];
  const stored = all.map(
    (event, seq): StoredEvent => ({ seq, at: T.planned, hash: HASH, seal: SEAL, event }),
  );
  const said = timeline(stored).map(({ what }) => what);

  expect(said).toEqual(
    expect.arrayContaining([
      `broke the glass for ${OF.digest.slice(0, 12)}, without the missing approvals: nobody answers at night`,
      'could not tell the paging webhook about the broken glass: it answered 500',
      'reminded people of the review of the broken glass',
      'reviewed the broken glass: right, nobody was there',
    ]),
  );
});
