import { pick } from '../chance.ts';
import { OPS } from '../lab.ts';
import type { Scene } from './family.ts';

const SLACK_FAULTS = [
  { rateLimitSeconds: 1 },
  { status: 500 },
  { status: 503, delayMs: 500 },
  { delayMs: 6_000 },
  { error: 'internal_error' },
];

export async function slackTrouble({ lab, random, release }: Scene): Promise<void> {
  const fault = pick(random, SLACK_FAULTS);
  const calls = ['chat.postMessage', 'chat.update', '*'];
  lab.slack.fail(pick(random, calls), { ...fault, times: 1 + Math.floor(random() * 3) });
  release();
}

export async function deleteMessages({ lab, run, random, release }: Scene): Promise<void> {
  const shown = lab.slack.messages(OPS).filter((message) => JSON.stringify(message.blocks).includes(run));
  if (shown.length > 0) lab.slack.deleteMessage(OPS, pick(random, shown).ts);
  release();
}

export async function replyLost({ lab, random, release }: Scene): Promise<void> {
  lab.slack.fail(pick(random, ['chat.postMessage', 'chat.update', '*']), { dropReply: true, times: 2 });
  release();
}
