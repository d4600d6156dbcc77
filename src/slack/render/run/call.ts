import type { Run, Stop } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { calledPeople } from '../../../domain/stop/calls.ts';
import { siteState } from '../../../domain/stop/site-state.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { distance } from '../../../report/text.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { fallback, mention, mentions } from '../blocks/text.ts';

/** One call for people who did not answer: whom it calls, how long the run has waited, and what state the site is in. */
export function call(run: Run, site: Site, number: number): Message | null {
  const { stop } = run;
  const one = stop?.calls[number - 1];
  if (stop === null || one === undefined) return null;
  const waited = distance(stop.since, one.at);
  const name = escaped(oneLine(site.name));
  const { headline, detail } = siteState(run, site);
  const taken = stop.acknowledgedBy === null ? null : `${mention(stop.acknowledgedBy)} is on it`;
  const lines = [
    `:rotating_light: ${mentions(calledPeople(run, site, number))}`,
    `*${escaped(headline)}* ${escaped(detail)}`,
    taken === null ? `The run has been waiting for a decision for ${waited}, and nobody has answered.` : null,
    todo(stop),
    typeof one.webhook === 'object'
      ? `:warning: The paging webhook did not take this call: ${escaped(oneLine(one.webhook.error, 200))}`
      : null,
    taken === null ? null : `:eyes: ${taken}.`,
  ];
  return {
    text: fallback(
      `${name} is waiting for a decision, and ${taken ?? `nobody has answered for ${waited}`} (${run.id}).`,
    ),
    blocks: [section(lines.filter((line) => line !== null).join('\n')), smallPrint(run.id)],
  };
}

function todo({ asked, acknowledgedBy }: Stop): string {
  if (asked !== null)
    return `${mention(asked.by)} has decided, and a second person has to approve it in the newest message of this run.`;
  const first = 'Decide in the newest message of this run';
  return acknowledgedBy === null ? `${first}, or press *I am on it* there.` : `${first}.`;
}
