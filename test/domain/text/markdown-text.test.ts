import { describe, expect, it } from 'vitest';
import { markdownCode, markdownText } from '../../../src/domain/text/markdown-text.ts';

describe('ordinary text looks as it was written', () => {
  it.each([
    'website.0003_split_lead_name',
    'acme_kitchens',
    'feature/x@1',
    'prod@2026-11-30',
    'prod@v1.2, deploy@10.0.0.5',
    "O'Brien & Sons",
    'v0.5.0 (55555555), from 02:20:01 to 02:20:09',
    'acme_kitchens.wsgi:application at 127.0.0.1:8001',
    '503 unhealthy (not ok: db, cache)',
    'fix: the “quotes” of the café ✅ ❤️; 5 % off',
  ])('%s', (text) => {
    expect(markdownText(text, 200)).toBe(text);
    expect(markdownCode(text, 200)).toBe(`\`${text}\``);
  });
});

describe('what would have an effect is text', () => {
  it.each([
    ['*bold* _it_ ~no~ `x`', String.raw`\*bold\* \_it\_ \~no\~ ${'\\`'}x${'\\`'}`],
    ['[a](https://evil.example)', String.raw`\[a\](https: //evil.example)`],
    ['![a](http://evil.example/i.png)', String.raw`!\[a\](http: //evil.example/i.png)`],
    ['www.evil.example _www.x mailto:a', String.raw`www\.evil.example \_www\.x mailto\:a`],
    ['@team and (@bob), #12', String.raw`@ team and (@ bob), \#12`],
    ['write to bob@evil.example.', 'write to bob@ evil.example.'],
    ['<b>x</b> <!-- -->', String.raw`\<b\>x\</b\> \<!-- --\>`],
    ['a | b', String.raw`a \| b`],
    ['&lt; &#60; a & b &x', String.raw`\&lt; \&\#60; a & b \&x`],
    ['# title', String.raw`\# title`],
    ['x\n## Site: y\n**Fix:** none', String.raw`x ## Site: y \*\*Fix:\*\* none`],
    [':warning: 02:20:01', '∶warning: 02:20:01'],
    ['$x^2$', String.raw`\$x^2\$`],
    ['a\u200bb\u202ec', 'a‹U+200B›b‹U+202E›c'],
    ['password=hunter22', String.raw`password=\[REDACTED\]`],
  ])('%j', (text, expected) => {
    expect(markdownText(text, 200)).toBe(expected);
  });

  it('between backticks, nothing ends the code, the cell or the line', () => {
    expect(markdownCode('a`b|c\nd <@x>', 200)).toBe("`a'b¦c d < @x>`");
  });

  it('is cut', () => {
    expect(markdownText('x'.repeat(300), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});
