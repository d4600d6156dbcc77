import type { Message } from '../../sandbox/slack/local-slack.ts';
import { type Lab, OPS } from './lab.ts';

export function postedSince(lab: Lab, since: number): readonly Message[] {
  const posted = lab.slack
    .transcript()
    .slice(since)
    .flatMap((event) => (event.type === 'message' ? [event.message] : []));
  const own = new Set(posted.map(({ ts }) => ts));
  return (
    posted
      .map(({ channel, ts }) => lab.slack.message(channel, ts))
      .filter((message) => message !== undefined)
      .filter((message) => message.channel === OPS || message.channel.startsWith('C'))
      .filter(({ files }) => files.length === 0)
      // Late tasks of the previous run still post to its thread.
      .filter(({ threadTs }) => threadTs === undefined || own.has(threadTs))
  );
}
