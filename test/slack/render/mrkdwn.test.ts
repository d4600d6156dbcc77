import { describe, expect, it } from 'vitest';
import { type MarkNode, parseMrkdwn } from '../../../sandbox/slack/page/assets/mrkdwn.js';
import { code, escaped, escapedLines, withCode } from '../../../src/slack/render/blocks/mrkdwn.ts';

/** What of a text Slack shows as something else than text. */
function effects(text: string): readonly MarkNode[] {
  return parseMrkdwn(text).filter(({ type }) => type !== 'text');
}

describe('ordinary text looks as it was written', () => {
  it.each([
    'website.0003_split_lead_name',
    'website.0004_auto__lead__name',
    'acme_kitchens',
    'feature/x@1',
    'prod@2026-11-30',
    "O'Brien & Sons",
    'v0.5.0 (55555555), live since 02:20:01',
    '127.0.0.1:8001',
    'unix:/run/sum-acme-kitchens/gunicorn.sock',
    'acme_kitchens.wsgi:application',
    'SHA256:76xDHzK2Gkn+jcHsp9IlUgFczKoR1UiXSdIZVdKHTVY',
    'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl stop sum-acme-kitchens-gunicorn.service',
    'look at the start-up files of deploy@10.0.0.5 (such as ~/.bashrc), at ~/.ssh/authorized_keys',
    'correct DJANGO_DB_… in .env, then ask again',
    '2 * 3 = 6, 2*3*4, a - b + c',
    'du -xh /srv/sum/acme-kitchens | sort -h | tail',
    'fix: the “quotes” of the café ✅ ❤️',
  ])('%s', (text) => {
    const shown = escaped(text).replaceAll('&amp;', '&');

    expect(shown).toBe(text);
    expect(effects(`${escaped(text)} ${escaped(text)}`)).toEqual([]);
  });
});

describe('marks of others become characters that look the same', () => {
  it.each([
    ['*bold*', '∗bold∗'],
    ['a *bold* word', 'a ∗bold∗ word'],
    ['half *open', 'half ∗open'],
    ['half closed*', 'half closed∗'],
    ['**twice**', '∗∗twice∗∗'],
    ['_italic_', 'ˍitalic_'],
    ['__init__.py', 'ˍˍinit__.py'],
    ['(_x_)', '(ˍx_)'],
    ['~gone~', '~gone∼'],
    ['`code` ```pre```', 'ˋcodeˋ ˋˋˋpreˋˋˋ'],
    [':white_check_mark: done', '∶white_check_mark: done'],
    ['a:x:b', 'a∶x:b'],
    [':100: at 5:100:3', '∶100: at 5∶100:3'],
    ['> quoted', '›'.concat(' quoted')],
    ['<!channel> &lt;', '&lt;!channel&gt; &amp;lt;'],
    ['x\n*What will be lost*  nothing', 'x ∗What will be lost∗ nothing'],
    ['a\u200bb', 'a‹U+200B›b'],
  ])('%j', (text, expected) => {
    expect(escaped(text)).toBe(expected);
    expect(effects(escaped(text))).toEqual([]);
    // Whatever of ours stands around it.
    expect(parseMrkdwn(`*${escaped(text)}*`).map(({ type }) => type)).toEqual(['bold']);
    expect(parseMrkdwn(`*Now*  ${escaped(text)}. *Until*  then`).map(({ type }) => type)).toEqual([
      'bold',
      'text',
      'bold',
      'text',
    ]);
  });
});

it('a name stays within its backticks', () => {
  expect(code('a` *b* `c\nd')).toBe("`a' *b* 'c d`");
  expect(code('')).toBe('`(empty)`');
  expect(code('x'.repeat(300))).toHaveLength(202);
  expect(parseMrkdwn(code('`x` *y* <!here> :x:')).map(({ type }) => type)).toEqual(['code']);
});

it('lines of ours stay lines', () => {
  expect(escapedLines('Type one:\n*a*\n  b')).toBe('Type one:\n∗a∗\nb');
});

it('our own sentence keeps its code, and nothing else takes effect', () => {
  expect(withCode('There is no site `a *b*`. Type `/rollback sites`, *now*.')).toBe(
    'There is no site `a *b*`. Type `/rollback sites`, ∗now∗.',
  );
  expect(withCode('one ` alone')).toBe('one ˋ alone');
});

it('a long text is cut with a mark', () => {
  expect(escaped('<'.repeat(10_000))).toBe(`${'&lt;'.repeat(1999)}…`);
});
