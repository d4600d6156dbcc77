import { describe, expect, it } from 'vitest';
import { viewProblems } from '../../../sandbox/slack/check-blocks.ts';
import { refusal } from '../../../src/domain/refusal.ts';
import type { Site } from '../../../src/domain/site/site.ts';
import { oneLine, printable } from '../../../src/domain/text/printable.ts';
import { historySheet, overviewSheet, siteSheet } from '../../../src/report/history.ts';
import { runSheet } from '../../../src/report/run-sheet.ts';
import { form } from '../../../src/slack/render/answers/form.ts';
import { problemText, refusalText } from '../../../src/slack/render/answers/refusal.ts';
import { sheetText } from '../../../src/slack/render/answers/sheet.ts';
import { siteList } from '../../../src/slack/render/answers/sites.ts';
import { escaped } from '../../../src/slack/render/blocks/mrkdwn.ts';
import { cut, tail } from '../../../src/slack/render/blocks/text.ts';
import { slackVoice } from '../../../src/slack/render/blocks/voice.ts';
import { surfaces } from '../../../src/slack/render/surfaces.ts';
import { hostileRuns, siteOf } from '../../support/hostile/runs.ts';
import { backup } from '../../support/story/evidence.ts';
import { eventsTo, plan, runOf } from '../../support/story/run.ts';
import { BOB, request, site } from '../../support/story/site.ts';
import { allText, markup, slackProblems } from './support.ts';

const ESC = String.fromCharCode(27);

const RTL = String.fromCharCode(0x202e);

const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['a channel call', '<!channel> <!here> <!everyone>'],
  ['mentions', '<@U1> <@U09EVE> <!subteam^S09> <#C09>'],
  ['a link', '<https://evil.example|click here>'],
  ['what Slack reads once more', '&lt;!channel&gt; &amp;lt;!channel&amp;gt;'],
  ['backticks', '``` `code` ```'],
  ['formatting', '*bold* _it_ ~no~ > quote'],
  ['lines of its own', 'x\n*What will be lost*  nothing\r\n*If you press Approve*  nothing'],
  ['marks that turn the direction', `${RTL}nosrep`],
  ['colours', `${ESC}[31mred${ESC}[0m ${ESC}[2J`],
  ['control characters', 'a\u0000b\u0007c\u0085d'],
  ['10,000 characters', 'x'.repeat(10_000)],
  ['10,000 characters that need escaping', '<'.repeat(10_000)],
  ['10,000 pairs', '🚑'.repeat(10_000)],
  ['10,000 lines', 'x\n'.repeat(10_000)],
];

/** Made once for each text: the long ones take longer than all that is asked of them. */
function once<Made>(make: (text: string) => Made): (text: string) => Made {
  const made = new Map<string, Made>();
  return (text) => {
    const one = made.get(text) ?? make(text);
    made.set(text, one);
    return one;
  };
}

/** Runs in which everything that others wrote is this text. */
const runsWith = once((text) => hostileRuns(() => text));

const hostileSite = (text: string): Site => siteOf(() => text);

const OURS =
  /<(?:@(?:U01ALICE|U02BOB)|#C01OPS|!date\^\d+\^(?:\{date_short_pretty\} (?:at )?)?\{time\}\|[^<>|]*)>/g;

const CONTROL = new RegExp(`[${ESC}${RTL}\\u0000\\u0007\\u0085\\r]`);

describe('text of others', () => {
  const messages = once((text) =>
    runsWith(text)
      .flatMap((run) => surfaces(run, hostileSite(text)))
      .filter(({ file }) => file === undefined),
  );

  it.each(HOSTILE)('never breaks a limit of Slack: %s', (_, text) => {
    expect(messages(text).flatMap(slackProblems)).toEqual([]);
  });

  it.each(HOSTILE)('never becomes a mention, a link or a call: %s', (_, text) => {
    const pieces = messages(text).flatMap(markup);

    expect(pieces.filter((piece) => /[<>]/.test(piece.replaceAll(OURS, '')))).toEqual([]);
  });

  it.each(HOSTILE)('leaves no control character and no turned direction: %s', (_, text) => {
    expect(
      messages(text)
        .flatMap(allText)
        .filter((piece) => CONTROL.test(piece)),
    ).toEqual([]);
  });

  it('cannot add a line to the card that looks like one of ours', () => {
    const spoof = 'x\n*What will be lost*  nothing\n*If you press Approve*  nothing happens';
    const run = runOf(eventsTo('awaiting-approval'), request({ reason: spoof }));
    const [card] = surfaces(run, site()).filter(({ key }) => key === 'card');
    const pieces = card ? markup(card) : [];

    expect(pieces.join('\n').match(/\*What will be lost\*/g)).toHaveLength(1);
    expect(pieces.join('\n').match(/\*If you press Approve\*/g)).toHaveLength(1);
    expect(JSON.stringify(card?.blocks)).toContain(
      '"Reason: x *What will be lost* nothing *If you press Approve* nothing happens"',
    );
  });

  it('cannot leave the backticks around a file name', () => {
    const of = plan('full', { backup: backup({ name: 'a` *b* `c.sql.gz' }) });
    const [card] = surfaces(runOf(eventsTo('awaiting-approval', of)), site()).filter(
      ({ key }) => key === 'card',
    );

    expect(card ? markup(card).join('\n') : '').toContain("`a' *b* 'c.sql.gz`");
  });

  it('leaves what is lost in the question even when the site has a long name', () => {
    const run = runOf(eventsTo('awaiting-approval'));
    const [card] = surfaces(run, site({ name: 'x'.repeat(10_000) })).filter(({ key }) => key === 'card');

    expect(JSON.stringify(card?.blocks)).toContain(
      'Everything written to its database after 2026-03-01 01:40 UTC will be lost.',
    );
  });
});

describe('an answer to one person', () => {
  it('says what is wrong, what to do and the reason code', () => {
    expect(refusalText(refusal('dirty-tree', 'Files were changed.', 'Look at them.'))).toBe(
      ':no_entry: Files were changed.\nLook at them.\n_dirty-tree_',
    );
    expect(problemText({ sentence: 'No such site.', next: 'Type /rollback sites.' })).toBe(
      ':no_entry: No such site.\nType /rollback sites.',
    );
  });

  it('mentions whom to ask', () => {
    const no = {
      ...refusal('requester-not-allowed', 'You may not.', 'Ask someone who may.'),
      mayInstead: ['U02BOB', 'S01ONCALL'],
    };

    expect(refusalText(no)).toBe(
      ':no_entry: You may not.\nAsk someone who may.\nWho can do it: <@U02BOB> <!subteam^S01ONCALL>\n_requester-not-allowed_',
    );
  });

  it('mentions nobody whom a commit or a tag names', () => {
    const no = refusal('version-ambiguous', 'Which?', 'aaaaaaaaaaaa "thanks <@U02BOB>" of 2026-02-01');

    expect(refusalText(no)).toContain('"thanks &lt;@U02BOB&gt;"');
  });

  it.each(HOSTILE)('stays short and without markup of others: %s', (_, text) => {
    for (const answer of [
      refusalText(refusal('version-unknown', text, text)),
      problemText({ sentence: text, next: text }),
    ]) {
      expect(answer.length).toBeLessThanOrEqual(3000);
      expect(answer).not.toMatch(/[<>]/);
      expect(answer).not.toMatch(CONTROL);
    }
    expect(refusalText(refusal('version-unknown', text, text))).toMatch(/\n_version-unknown_$/);
  });
});

describe('lists and the form', () => {
  const many = Array.from({ length: 200 }, (_, index) => site({ slug: `site-${index}` }));

  it.each(HOSTILE)('stay within what Slack takes: %s', (_, text) => {
    const sites = many.map((one) => ({ ...one, name: text }));

    expect(siteList(sites, new Map()).length).toBeLessThanOrEqual(40_000);
    expect(siteList(sites, new Map())).not.toMatch(/[<>]/);
    expect(viewProblems(form(sites, null, { channel: 'C01OPS', isDirect: false }))).toEqual([]);
  });

  it('name the sites with what is under way, and how many are left out', () => {
    const lines = siteList(many, new Map([['site-1@production', 'site-1-4']])).split('\n');

    expect(lines[0]).toBe('• *site-0* (production) Acme Kitchens, acme-kitchens.example');
    expect(lines[1]).toBe(
      '• *site-1* (production) Acme Kitchens, acme-kitchens.example: site-1-4 is under way',
    );
    expect(lines.at(-1)).toBe('and 160 more');
    expect(siteList([], new Map())).toBe('No sites are configured.');
  });

  it('name the versions that are quarantined, each with its run', () => {
    const left = runOf(eventsTo('succeeded'));
    const closed = runOf([...eventsTo('succeeded'), { type: 'follow-ups-closed', by: BOB, reason: 'no' }]);

    expect(siteList([site()], new Map(), new Map(), [left]).replace(/<[^|]*\|(.*?)>/, '$1')).toBe(
      '• *acme-kitchens* (production) Acme Kitchens, acme-kitchens.example: v0.6.0 quarantined since 2026-03-01 02:15 UTC, run acme-kitchens-7',
    );
    for (const none of [closed, runOf(eventsTo('succeeded'), request({ site: 'other@production' }))])
      expect(siteList([site()], new Map(), new Map(), [none])).not.toContain('quarantined');
  });

  it.each(HOSTILE)('of runs stay within one section, and name nobody whom others name: %s', (_, text) => {
    const runs = runsWith(text);
    const newest = { runs: runs.map((run) => ({ kind: 'run', run }) as const), older: 0 };
    const [run = null] = runs.filter(({ state }) => state === 'succeeded');
    const where = hostileSite(text);
    const sheets = [
      historySheet(newest, null, slackVoice),
      overviewSheet(newest.runs, newest, slackVoice),
      siteSheet(where, { underWay: run, last: run, verified: run }, slackVoice),
      ...runs.map((one) => runSheet(one, where, slackVoice)),
    ];
    const answers = sheets.map((sheet) => sheetText(sheet, 'more'));

    expect(answers.filter((answer) => answer.length > 3000)).toEqual([]);
    expect(answers.filter((answer) => /[<>]/.test(answer.replaceAll(OURS, '')))).toEqual([]);
    expect(answers.filter((answer) => CONTROL.test(answer))).toEqual([]);
  });
});

describe('cutting', () => {
  it.each<[string, number, string]>([
    ['short', 10, 'short'],
    ['exactly 10', 10, 'exactly 10'],
    ['longer than that', 10, 'longer th…'],
    ['ab🚑🚑', 4, 'ab…'],
    ['see <@U02BOB> now', 10, 'see …'],
    ['a &lt; b', 6, 'a …'],
  ])('%j to %i is %j', (text, limit, expected) => {
    expect(cut(text, limit)).toBe(expected);
  });

  it('keeps the end of a log, from the beginning of a line', () => {
    expect(tail('one\ntwo\nthree', 11)).toBe('…\nthree');
    expect(tail('one\ntwo', 100)).toBe('one\ntwo');
    expect(tail('x'.repeat(50), 10)).toBe(`…\n${'x'.repeat(8)}`);
  });

  it('makes names one line', () => {
    expect(oneLine(' a\n\tb\u2028c ', 60)).toBe('a b c');
  });

  it('makes marks that turn the direction visible and takes colours out', () => {
    expect(printable(`a${RTL}b${ESC}[1;31mc\u061cd`)).toBe('a‹U+202E›bc‹U+061C›d');
    expect(escaped('<&>')).toBe('&lt;&amp;&gt;');
  });
});
