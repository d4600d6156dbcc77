import { createHmac } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import type { Transport } from './delivery.ts';
import type { Answer, Delivery } from './delivery-result.ts';
import { type JsonObject, parseJson } from './json.ts';

/** How the next requests are signed. Anything but the defaults is an attack or a wrong clock. */
export interface Signing {
  readonly secret: string;
  readonly ageSeconds: number;
}

export interface HttpTransport extends Transport {
  readonly signing: Signing;
  readonly signWith: (change: Partial<Signing>) => void;
  readonly close: () => void;
}

/** Posts to the app's request URL as Slack does. Each request has its own connection, so nothing stays open. */
export const createHttpTransport = (url: string, secret: string): HttpTransport => {
  const underWay = new Set<ClientRequest>();
  let signing: Signing = { secret, ageSeconds: 0 };

  const send = (delivery: Delivery): Promise<Answer> =>
    new Promise((resolve) => {
      const body = encode(delivery);
      const outgoing = request(
        url,
        { method: 'POST', agent: false, headers: headers(body, signing) },
        (reply) => {
          const chunks: Buffer[] = [];
          reply.on('data', (chunk: Buffer) => chunks.push(chunk));
          reply.on('end', () => resolve(answerOf(reply.statusCode, reply.headers['content-type'], chunks)));
        },
      );
      underWay.add(outgoing);
      outgoing.on('error', () => resolve({ kind: 'failed', error: 'dispatch_failed' }));
      outgoing.on('close', () => underWay.delete(outgoing));
      outgoing.end(body);
    });

  return {
    send,
    get signing() {
      return signing;
    },
    signWith: (change) => {
      signing = { ...signing, ...change };
    },
    close: () => {
      for (const outgoing of underWay) outgoing.destroy();
    },
  };
};

/** A slash command is plain form fields. Everything else is JSON in one field with the name `payload`. */
const encode = ({ kind, payload }: Delivery): string =>
  kind === 'slash_command'
    ? new URLSearchParams(formFields(payload)).toString()
    : new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

const formFields = (payload: JsonObject): Record<string, string> =>
  Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, String(value)]));

const headers = (body: string, { secret, ageSeconds }: Signing): Record<string, string> => {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${digest}`,
  };
};

const answerOf = (
  status: number | undefined,
  type: string | undefined,
  chunks: readonly Buffer[],
): Answer => {
  if (status !== 200) return { kind: 'failed', error: 'http_service_error' };
  const body = Buffer.concat(chunks).toString('utf8');
  if (body === '') return { kind: 'acked', body: undefined };
  const json = type?.includes('json') ? parseJson(body) : undefined;
  return { kind: 'acked', body: json === undefined ? body : json.value };
};
