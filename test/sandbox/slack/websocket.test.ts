import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { acceptWebSocket, type ServerSocket } from '../../../sandbox/slack/websocket.ts';

/** A connection whose two ends are arrays. */
const connect = (head: Buffer = Buffer.alloc(0)) => {
  const written: Buffer[] = [];
  const texts: string[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk);
      done();
    },
  });
  const request = new IncomingMessage(new Socket());
  request.headers['sec-websocket-key'] = 'dGhlIHNhbXBsZSBub25jZQ==';
  const socket: ServerSocket = acceptWebSocket(request, stream, head, {
    onText: (text) => texts.push(text),
    onClose: () => undefined,
  });
  return { socket, stream, texts, written };
};

/** A frame as a client sends it: always masked. */
const frame = (opcode: number, text: string, final = true): Buffer => {
  const payload = Buffer.from(text);
  const mask = Buffer.from([1, 2, 3, 4]);
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : payload.length < 65_536
        ? Buffer.from([0xfe, payload.length >> 8, payload.length & 0xff])
        : Buffer.from([
            0xff,
            0,
            0,
            0,
            0,
            0,
            payload.length >> 16,
            (payload.length >> 8) & 0xff,
            payload.length & 0xff,
          ]);
  const masked = payload.map((byte, index) => byte ^ ((index % 4) + 1));
  return Buffer.concat([Buffer.from([(final ? 0x80 : 0) | opcode]), length, mask, masked]);
};

test('the handshake answers with the digest of the key from the RFC', () => {
  expect(connect().written[0]?.toString()).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
});

test.each([3, 125, 126, 65_535, 65_536, 100_000])('a text of %i bytes comes through whole', (size) => {
  const { stream, texts } = connect();
  stream.emit('data', frame(1, 'x'.repeat(size)));

  expect(texts).toEqual(['x'.repeat(size)]);
});

test('a text may come in fragments with a ping between them, in chunks of any size', () => {
  const { stream, texts, written } = connect();
  const bytes = Buffer.concat([frame(1, 'hel', false), frame(9, 'still there?'), frame(0, 'lo ✓')]);
  for (const byte of bytes) stream.emit('data', Buffer.from([byte]));

  expect(texts).toEqual(['hello ✓']);
  expect(written.at(-1)?.subarray(2).toString()).toBe('still there?');
});

test('bytes that came along with the upgrade are not lost', () => {
  expect(connect(frame(1, 'early')).texts).toEqual(['early']);
});

test.each([5, 126, 65_536])('%i bytes go out unmasked with the right length', (size) => {
  const { socket, written } = connect();
  socket.send('y'.repeat(size));

  const sent = written.at(-1) ?? Buffer.alloc(0);
  expect(sent[0]).toBe(0x81);
  expect(sent.subarray(sent.length - size).toString()).toBe('y'.repeat(size));
  expect(sent.length - size).toBe(size < 126 ? 2 : size < 65_536 ? 4 : 10);
});

test('a close frame is answered once, and the stream ends', () => {
  const { socket, stream, written } = connect();
  stream.emit('data', frame(8, ''));
  socket.close();

  expect(written.filter((bytes) => bytes[0] === 0x88)).toHaveLength(1);
  expect(stream.writableEnded).toBe(true);
});
