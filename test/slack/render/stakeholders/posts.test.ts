import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import type { Run } from '../../../../src/domain/run/run.ts';
import type { Site } from '../../../../src/domain/site/site.ts';
import { stakeholderPosts } from '../../../../src/slack/render/stakeholders/posts.ts';
import {
  ended,
  eventsTo,
  hostState,
  plan,
  RUN_STATES,
  runIn,
  runOf,
  skippedProof,
  steps,
  verified,
} from '../../../support/story/run.ts';
import { BOB, site, stakeholders } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const HERE = site({ stakeholders: stakeholders() });
const STOPPED = steps(['recheck', 0], ['stop', 0]);
const BACK = [
  ...steps(['stop', 0], ['safety-backup', 0], ['restore', 0], ['start', 0], ['healthy', 0]),
  ended('done', 'healthy', 0),
  verified,
];
const HELD = [...STOPPED, ended('hold', 'restore', 3, { found: hostState() })];
const PUT_BACK = [
  ...steps(['stop', 0], ['checkout', 1], ['put-back-answers', 0]),
  ended('put-back', 'checkout', 1),
];
const WENT_BACK = [
  ...steps(
    ['stop', 0],
    ['safety-backup', 0],
    ['restore', 0],
    ['start', 0],
    ['put-back-stop', 0],
    ['put-back-keep', 0],
    ['put-back-restore', 0],
    ['put-back-answers', 0],
  ),
  ended('put-back', 'go-back', 0),
];
const CLOSED: readonly RunEvent[] = [...HELD, { type: 'closed', by: BOB }];
const SAID_BACK: readonly RunEvent[] = [...CLOSED, { type: 'back-said', by: BOB }];
/** The site does not answer, and somebody has left the proof out all the same. */
const AS_DONE: readonly RunEvent[] = [
  ...steps(['stop', 0], ['safety-backup', 0], ['restore', 0], ['start', 0]),
  ended('done', 'stable', 0),
  ...skippedProof,
];
const word = (kind: 'still-working' | 'people-called'): RunEvent => ({ type: 'word-given', kind });

const whole = (...events: readonly RunEvent[]) => runOf([...eventsTo('switching'), ...events]);
const codeOnly = (...events: readonly RunEvent[]) =>
  runOf([...eventsTo('switching', plan('code-only')), ...events]);
/** The notice first, then its thread. */
const read = (run: Run, where: Site = HERE) =>
  stakeholderPosts(run, where).map((post) => seen(post).join('\n'));

const STARTED =
  "*Acme Kitchens* (acme-kitchens.example) is not available right now. We have been putting it back to an earlier state since 2026-03-01 02:20 UTC. Visitors may see an error page until we are done. You don't need to do anything. Next update here by 2026-03-01 02:20 UTC.";
const outage = (time: string) => `It was down for ${time}, starting 2026-03-01 02:20 UTC.`;

describe('what stakeholders read', () => {
  it.each(RUN_STATES.filter((state) => !['switching', 'verifying'].includes(state)))(
    'is nothing in the state %s without a stop',
    (state) => {
      expect(read(runIn(state))).toEqual([]);
    },
  );

  it('is nothing of a switch that has not stopped the site, and of one that changed nothing', () => {
    expect(read(whole(...steps(['recheck', 0])))).toEqual([]);
    expect(read(whole(...steps(['recheck', 10]), ended('untouched', 'recheck', 10)))).toEqual([]);
  });

  it.each<[string, Run, string]>([
    [
      'that the site is back, and what has to be entered again',
      whole(...BACK),
      `*Acme Kitchens* is back. ${outage('5 seconds')} Anything entered on the site between 2026-03-01 01:40 UTC and 2026-03-01 02:20 UTC (orders, messages, page changes) is no longer there. We kept a copy: if you miss something, ask the team that looks after the site.`,
    ],
    [
      'that nothing was lost where only the code went back',
      codeOnly(...steps(['stop', 0], ['start', 0], ['healthy', 0]), ended('done', 'healthy', 0), verified),
      `*Acme Kitchens* is back. ${outage('3 seconds')} Nothing that was entered on the site was lost.`,
    ],
    [
      'what has to be entered again where only the database went back',
      runOf([...eventsTo('switching', plan('database-only')), ...BACK]),
      `*Acme Kitchens* is back. ${outage('5 seconds')} Anything entered on the site between 2026-03-01 01:40 UTC and 2026-03-01 02:20 UTC (orders, messages, page changes) is no longer there. We kept a copy: if you miss something, ask the team that looks after the site.`,
    ],
    [
      'that it is as before where it was put back',
      whole(...PUT_BACK),
      `*Acme Kitchens* is back, just as it was before: we could not finish the work this time. ${outage('3 seconds')} Whatever did not work before may still not work. Nothing that was entered on the site was lost.`,
    ],
    [
      'the same where a person has cancelled it in the middle',
      whole(...PUT_BACK.slice(0, -1), ended('put-back', 'checkout', 130)),
      `*Acme Kitchens* is back, just as it was before: we could not finish the work this time. ${outage('3 seconds')} Whatever did not work before may still not work. Nothing that was entered on the site was lost.`,
    ],
    [
      'what was entered in between where people went back after the start',
      whole(...WENT_BACK),
      `*Acme Kitchens* is back, just as it was before: we could not finish the work this time. ${outage('8 seconds')} Whatever did not work before may still not work. Anything entered on the site between 2026-03-01 02:20 UTC and 2026-03-01 02:20 UTC (orders, messages, page changes) is no longer there. We kept a copy: if you miss something, ask the team that looks after the site.`,
    ],
    [
      'that a person goes on by hand, without a time that nobody can keep',
      whole(...CLOSED),
      "We couldn't confirm that *Acme Kitchens* is working again. The team that looks after it has taken over. Until they are done, the site may be unavailable or look wrong. We will post here once someone confirms that the site is back.",
    ],
    [
      'no word that it is back where its proof did not hold and a person has taken it as done',
      whole(...AS_DONE),
      "We couldn't confirm that *Acme Kitchens* is working again. The team that looks after it has taken over. Until they are done, the site may be unavailable or look wrong. We will post here once someone confirms that the site is back.",
    ],
    [
      'that it is back once a person says so, and what has to be entered again',
      whole(...AS_DONE, { type: 'back-said', by: BOB }),
      `*Acme Kitchens* is back. ${outage('1 second')} Anything entered on the site between 2026-03-01 01:40 UTC and 2026-03-01 02:20 UTC (orders, messages, page changes) is no longer there. We kept a copy: if you miss something, ask the team that looks after the site.`,
    ],
  ])('at the end is %s', (_title, run, text) => {
    expect(read(run).at(-1)).toBe(text);
    expect(stakeholderPosts(run, HERE).at(-1)?.last).toBe(true);
  });

  it('begins with what visitors notice, since when, and when the next word comes', () => {
    expect(stakeholderPosts(whole(...STOPPED), HERE)).toHaveLength(1);
    expect(read(whole(...STOPPED))).toEqual([STARTED]);
  });

  it('keeps every promised word, with the promise of its moment', () => {
    const run = whole(...STOPPED, word('still-working'), ended('hold', 'restore', 3), word('people-called'));

    expect(stakeholderPosts(run, HERE).map(({ key }) => key)).toEqual([
      'stakeholders',
      'stakeholders-word-1',
      'stakeholders-word-2',
    ]);
    expect(read(run)).toEqual([
      STARTED,
      'We are still putting *Acme Kitchens* back to an earlier state. Visitors may see an error page until we are done. Next update here by 2026-03-01 02:20 UTC.',
      '*Acme Kitchens* has not come back on its own. We have called the team that looks after it. Until they are done, the site may be unavailable or look wrong. Next update here by 2026-03-01 02:20 UTC.',
    ]);
  });

  it('has the outcome above the notice, so that nobody takes it for the present', () => {
    const over = (how: string) => `${how}\n~ ${STARTED}`;

    expect(read(whole(...BACK))[0]).toBe(
      over(
        ':white_check_mark: *Acme Kitchens is back.* The last update is in the thread. This was the first one:',
      ),
    );
    expect(read(whole(...PUT_BACK))[0]).toBe(
      over(
        ':leftwards_arrow_with_hook: *Acme Kitchens is back, as it was before.* The last update is in the thread. This was the first one:',
      ),
    );
    expect(read(whole(...CLOSED))[0]).toBe(
      over(
        ":construction: *We couldn't confirm that Acme Kitchens is working again.* The latest update is in the thread. This was the first one:",
      ),
    );
  });

  it('ends with the word of the person who has finished by hand', () => {
    const posts = stakeholderPosts(whole(...SAID_BACK), HERE);

    expect(posts.map(({ key }) => key)).toEqual(['stakeholders', 'stakeholders-end', 'stakeholders-back']);
    expect(read(whole(...SAID_BACK))[0]).toContain(':white_check_mark: *Acme Kitchens is back.*');
    expect(read(whole(...SAID_BACK)).at(-1)).toMatch(
      /^\*Acme Kitchens\* is back\. It was .* If something you entered is missing, ask the team that looks after the site\.$/,
    );
  });

  it('follows the wording of the site, in which only the bot can make markup of names', () => {
    const where = site({
      name: 'Acme <!channel> & Co',
      stakeholders: stakeholders({
        words: {
          started: '{site} pauses since {since}.\nMore by {next}. {{:)}}',
          restored: 'Done: {downtime}',
        },
      }),
    });

    expect(read(whole(...STOPPED), where)).toEqual([
      'Acme &lt;!channel&gt; &amp; Co pauses since 2026-03-01 02:20 UTC.\nMore by 2026-03-01 02:20 UTC. {:)}',
    ]);
    expect(read(whole(...BACK), where)).toEqual([
      ':white_check_mark: *Acme &lt;!channel&gt; &amp; Co is back.* The last update is in the thread. This was the first one:\n~ Acme &lt;!channel&gt; &amp; Co pauses since 2026-03-01 02:20 UTC.\nMore by 2026-03-01 02:20 UTC. {:)}',
      'Done: 5 seconds',
    ]);
  });

  it('has no word of the trade in it', () => {
    const all = [whole(...BACK), whole(...PUT_BACK), whole(...WENT_BACK), whole(...SAID_BACK)];
    for (const text of all.flatMap((run) => read(run)))
      expect(text).not.toMatch(
        /roll|commit|database|version|deploy|backup|restor|switch|migrat|code|[0-9a-f]{8}|exit|\.gz|gunicorn/i,
      );
  });

  it('shows the reader times of their own zone', () => {
    const [notice] = stakeholderPosts(whole(...STOPPED), HERE);

    expect(notice?.text).toContain(
      'since <!date^1772331602^{date_short_pretty} at {time}|2026-03-01 02:20 UTC>.',
    );
    expect(notice?.text).toContain('by <!date^1772331600^{time}|2026-03-01 02:20 UTC>.');
  });
});
