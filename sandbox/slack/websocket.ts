import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's side of one RFC 6455 connection: only text messages, pings and an orderly close. */
export interface ServerSocket {
  readonly send: (text: string) => void;
  readonly ping: () => void;
  readonly close: () => void;
  /** Cuts the connection without a close frame, as a broken network does. */
  readonly destroy: () => void;
}

export interface SocketHandlers {
  readonly onText: (text: string) => void;
  readonly onClose: () => void;
}

const HANDSHAKE_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODE = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const;
const NORMAL_CLOSURE = Buffer.from([0x03, 0xe8]);

export const acceptWebSocket = (
  request: IncomingMessage,
  stream: Duplex,
  head: Buffer,
  handlers: SocketHandlers,
): ServerSocket => {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${HANDSHAKE_SUFFIX}`).digest('base64');
  stream.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      '',
      '',
    ].join('\r\n'),
  );

  let closing = false;
  const write = (opcode: number, payload: Buffer): void => {
    if (stream.writable) stream.write(encodeFrame(opcode, payload));
  };
  const close = (): void => {
    if (closing) return;
    closing = true;
    write(OPCODE.close, NORMAL_CLOSURE);
  };

  const reader = createFrameReader({
    [OPCODE.text]: (payload) => handlers.onText(payload.toString('utf8')),
    [OPCODE.ping]: (payload) => write(OPCODE.pong, payload),
    [OPCODE.close]: () => {
      close();
      stream.end();
    },
  });
  stream.on('data', reader);
  stream.on('error', () => stream.destroy());
  stream.on('end', () => stream.end());
  stream.on('close', handlers.onClose);
  if (head.length > 0) reader(head);

  return {
    send: (text) => write(OPCODE.text, Buffer.from(text)),
    ping: () => write(OPCODE.ping, Buffer.alloc(0)),
    close,
    destroy: () => stream.destroy(),
  };
};

const encodeFrame = (opcode: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  if (payload.length < 126) header[1] = payload.length;
  else if (payload.length < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(payload.length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
};

interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
  readonly size: number;
}

/** Joins bytes to frames and frames to messages. */
const createFrameReader = (
  handlers: Readonly<Record<number, (payload: Buffer) => void>>,
): ((chunk: Buffer) => void) => {
  let buffered = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let message: number = OPCODE.text;
  const take = (frame: Frame): void => {
    if (frame.opcode >= OPCODE.close) {
      handlers[frame.opcode]?.(frame.payload);
      return;
    }
    if (frame.opcode !== OPCODE.continuation) message = frame.opcode;
    parts.push(frame.payload);
    if (!frame.final) return;
    const whole = Buffer.concat(parts);
    parts = [];
    handlers[message]?.(whole);
  };
  return (chunk) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (let frame = decodeFrame(buffered); frame !== undefined; frame = decodeFrame(buffered)) {
      buffered = buffered.subarray(frame.size);
      take(frame);
    }
  };
};

const decodeFrame = (bytes: Buffer): Frame | undefined => {
  if (bytes.length < 2) return undefined;
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskAt = 2 + lengthBytes;
  if (bytes.length < maskAt) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const masked = (second & 0x80) !== 0;
  const dataAt = maskAt + (masked ? 4 : 0);
  if (bytes.length < dataAt + length) return undefined;
  const payload = Buffer.from(bytes.subarray(dataAt, dataAt + length));
  if (masked) {
    for (let index = 0; index < length; index += 1) {
      payload[index] = payload.readUInt8(index) ^ bytes.readUInt8(maskAt + (index % 4));
    }
  }
  return { final: (first & 0x80) !== 0, opcode: first & 0x0f, payload, size: dataAt + length };
};
