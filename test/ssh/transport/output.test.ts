import { describe, expect, it } from 'vitest';

import { createTail, createTextFeed } from '../../../src/ssh/transport/output.ts';

function tailOf(maxBytes: number, chunks: readonly (string | Uint8Array)[]) {
  const tail = createTail(maxBytes);
  for (const chunk of chunks) tail.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return tail;
}

describe('createTail', () => {
  it.each<[string, number, (string | Uint8Array)[], string, boolean]>([
    ['keeps all that fits', 5, ['ab', 'cde'], 'abcde', false],
    ['keeps nothing of nothing', 5, [], '', false],
    ['keeps the end of a chunk that is too long', 3, ['abcdefgh'], 'fgh', true],
    ['keeps the end of many small chunks', 3, 'abcdefgh'.split(''), 'fgh', true],
    ['keeps the end across chunks', 4, ['abc', 'def', 'g'], 'defg', true],
    ['keeps the end when a big chunk follows small ones', 4, ['ab', 'cdefghi'], 'fghi', true],
    ['keeps nothing with room for nothing', 0, ['abc'], '', true],
    ['begins at a character after a cut', 4, ['a€€'], '€', true],
    ['begins at a character after a cut into four bytes', 5, ['😀😀'], '😀', true],
    ['keeps a character that is exactly at the cut', 3, ['a€'], '€', true],
    [
      'leaves foreign bytes at the beginning alone if nothing was cut',
      4,
      [Buffer.from([0x80, 0x61])],
      '\ufffda',
      false,
    ],
  ])('%s', (_, maxBytes, chunks, text, truncated) => {
    const tail = tailOf(maxBytes, chunks);

    expect(tail.text(true)).toBe(text);
    expect(tail.truncated).toBe(truncated);
  });

  it.each([1, 2, 3, 7, 100, 4095, 4096, 4097])(
    'agrees with a plain concatenation for a limit of %i bytes',
    (maxBytes) => {
      const pieces = Array.from({ length: 400 }, (_, index) => `${index}`.repeat((index * 7) % 53));
      const whole = pieces.join('');

      const tail = tailOf(maxBytes, pieces);

      expect(tail.text(true)).toBe(whole.slice(-maxBytes));
      expect(tail.truncated).toBe(true);
    },
  );

  it('drops half a character at the end of a stream that did not end, and shows it for one that did', () => {
    const tail = tailOf(10, [Buffer.from('a€').subarray(0, 3)]);

    expect(tail.text(false)).toBe('a');
    expect(tail.text(true)).toBe('a\ufffd');
  });

  it('does not hold on to the buffers that it is given', () => {
    const chunk = Buffer.from('abc');
    const tail = tailOf(10, [chunk]);

    chunk.fill('x');

    expect(tail.text(true)).toBe('abc');
  });
});

describe('createTextFeed', () => {
  it('hands out whole characters, whatever the packets', () => {
    const seen: string[] = [];
    const feed = createTextFeed((text) => seen.push(text));

    for (const byte of Buffer.from('a€😀')) feed.push(Buffer.from([byte]));
    feed.end();

    expect(seen).toEqual(['a', '€', '😀']);
  });

  it('shows a character that never became whole when the stream ends', () => {
    const seen: string[] = [];
    const feed = createTextFeed((text) => seen.push(text));

    feed.push(Buffer.from('€').subarray(0, 2));
    expect(seen).toEqual([]);
    feed.end();

    expect(seen).toEqual(['\ufffd']);
  });
});
