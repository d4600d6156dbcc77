import { describe, expect, test } from 'vitest';
import {
  type MarkNode,
  parseMrkdwn,
  parsePlain,
  plainWords,
} from '../../../../sandbox/slack/page/assets/mrkdwn.js';
import { cpuMs } from '../../../support/cpu.ts';

/** The tree in one line, so that a table of cases can be read. */
const sketch = (nodes: readonly MarkNode[]): string =>
  nodes
    .map((node) => {
      switch (node.type) {
        case 'text':
          return node.text;
        case 'break':
          return '⏎';
        case 'emoji':
          return node.character;
        case 'code':
        case 'pre':
          return `${node.type}(${node.text})`;
        case 'link':
          return `link(${node.url}|${node.label})`;
        case 'user':
        case 'group':
        case 'channel':
          return `${node.type}(${node.id})`;
        case 'broadcast':
          return `all(${node.range})`;
        case 'date':
          return `date(${node.seconds}|${node.format}|${node.fallback})`;
        default:
          return `${node.type}(${sketch(node.children)})`;
      }
    })
    .join('');

describe('mrkdwn', () => {
  test.each([
    ['*bold* and _italic_ and ~gone~', 'bold(bold) and italic(italic) and strike(gone)'],
    ['*bold with _both_*', 'bold(bold with italic(both))'],
    ['(*x*)', '(bold(x))'],
    // marks inside of words, next to spaces, doubled or across lines are just characters
    ['snake_case_name and 2*3*4', 'snake_case_name and 2*3*4'],
    ['* not bold *', '* not bold *'],
    ['**twice**', '**twice**'],
    ['*one\ntwo*', '*one⏎two*'],
    ['*open', '*open'],
    ['`*code*` and `a &lt; b`', 'code(*code*) and code(a < b)'],
    ['*bold `a*b` bold*', 'bold(bold code(a*b) bold)'],
    ['```\nline *1*\n  line 2\n```', 'pre(line *1*\n  line 2)'],
    ['before\n```code```\nafter', 'beforepre(code)after'],
    ['one\ntwo', 'one⏎two'],
    ['a &amp; b &lt;c&gt; &amp;lt;', 'a & b <c> &lt;'],
    [':mag: looking :nosuch: 10:30:15', '🔍 looking :nosuch: 10:30:15'],
    [':+1::skin-tone-3:', '👍'],
  ])('%j', (text, expected) => {
    expect(sketch(parseMrkdwn(text))).toBe(expected);
  });

  test.each([
    ['<@U01ALICE> and <@U02BOB|bob>', 'user(U01ALICE) and user(U02BOB)'],
    ['<!subteam^S01> <#C01|ops>', 'group(S01) channel(C01)'],
    ['<!here> <!channel> <!everyone>', 'all(here) all(channel) all(everyone)'],
    ['<https://a.example/x_y_z?a=1&amp;b=2|the *page*>', 'link(https://a.example/x_y_z?a=1&b=2|the *page*)'],
    ['<mailto:a@b.example>', 'link(mailto:a@b.example|a@b.example)'],
    ['see https://a.example/x.', 'see link(https://a.example/x|https://a.example/x).'],
    [
      '<!date^1772329200^{date_short_pretty} {time}|2026-03-01>',
      'date(1772329200|{date_short_pretty} {time}|2026-03-01)',
    ],
    ['*after <!date^1^{time}|x>*', 'bold(after date(1|{time}|x))'],
    ['<!unknown^1|shown>', 'shown'],
  ])('%j', (text, expected) => {
    expect(sketch(parseMrkdwn(text))).toBe(expected);
  });

  test('makes no link to what a browser would run', () => {
    expect(sketch(parseMrkdwn('<javascript:alert(1)|click>'))).toBe('<javascript:alert(1)|click>');
    expect(sketch(parseMrkdwn('<!date^1^{time}^javascript:alert(1)|x>'))).toBe('date(1|{time}|x)');
  });

  test('keeps HTML as text', () => {
    expect(parseMrkdwn('&lt;img src=x onerror=alert(1)&gt;')).toEqual([
      { type: 'text', text: '<img src=x onerror=alert(1)>' },
    ]);
  });

  test.each([
    ['&gt; quoted\n&gt; *more*\nafter', 'quote(quoted⏎bold(more))after'],
    ['before\n> quoted', 'beforequote(quoted)'],
    ['&gt;&gt;&gt; all\nthe rest', 'quote(all⏎the rest)'],
  ])('quotes %j', (text, expected) => {
    expect(sketch(parseMrkdwn(text))).toBe(expected);
  });

  test('a long text with many open marks takes no time', () => {
    const long = '*a _b ~c <d `e '.repeat(200);

    expect(cpuMs(() => parseMrkdwn(long))).toBeLessThan(5_000);
  });
});

describe('plain text', () => {
  test('reads no markup, only emoji, and those only where asked', () => {
    expect(sketch(parsePlain('*a* <@U1> :x:\nnext'))).toBe('*a* <@U1> ❌⏎next');
    expect(sketch(parsePlain('Reason: :x:', false))).toBe('Reason: :x:');
  });
});

test('words alone, for a notification', () => {
  const nodes = parseMrkdwn(':x: *Acme* <@U1> `code`\n<https://a.example|page>');
  expect(plainWords(nodes, (node) => (node.type === 'user' ? '@alice' : ''))).toBe(
    '❌ Acme @alice code page',
  );
});
