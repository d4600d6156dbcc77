import type { DataWindow } from '../outcome/data-window.ts';
import type { Site } from '../site/site.ts';
import type { UpdateKind } from '../site/stakeholders.ts';
import { filled } from '../text/placeholders.ts';
import type { Update } from './updates.ts';

/** How a place writes times and names. */
export interface UpdateVoice {
  /** A day and a time. */
  readonly moment: (iso: string) => string;
  /** A time within the hour. */
  readonly time: (iso: string) => string;
  readonly name: (text: string) => string;
  /** A wording that people configured, with the markup that the place knows, or without. */
  readonly wording: (text: string) => string;
}

/** In characters, before the placeholders are filled in: the result has to fit into one message. */
export const LONGEST_WORDING = 1_000;

/** For people who own a shop and read this on a phone: no jargon, and nothing that may not be true. */
const WORDING: Readonly<Record<UpdateKind, string>> = {
  started:
    "*{site}* ({domain}) is not available right now. We have been putting it back to an earlier state since {since}. Visitors may see an error page until we are done. You don't need to do anything. Next update here by {next}.",
  'still-working':
    'We are still putting *{site}* back to an earlier state. Visitors may see an error page until we are done. Next update here by {next}.',
  'people-called':
    '*{site}* has not come back on its own. We have called the team that looks after it. Until they are done, the site may be unavailable or look wrong. Next update here by {next}.',
  restored: '*{site}* is back. It was down for {downtime}, starting {since}. {lost}',
  'as-before':
    '*{site}* is back, just as it was before: we could not finish the work this time. It was down for {downtime}, starting {since}. Whatever did not work before may still not work. {lost}',
  'not-restored':
    "We couldn't confirm that *{site}* is working again. The team that looks after it has taken over. Until they are done, the site may be unavailable or look wrong. We will post here once someone confirms that the site is back.",
};

/** An update as people read it. */
export function updateText(update: Update, site: Site, voice: UpdateVoice): string {
  const { kind, since, nextAt, until, downtimeMs, lost } = update;
  const wording = site.stakeholders?.words[kind] ?? WORDING[kind];
  return filled(voice.wording(wording), {
    site: voice.name(site.name),
    domain: voice.name(site.domain),
    since: voice.moment(since),
    next: nextAt === null ? '' : voice.time(wholeMinute(nextAt)),
    until: until === null ? '' : voice.moment(until),
    downtime: downtimeMs === null ? '' : spoken(downtimeMs),
    lost: lost === null ? '' : lostText(lost, voice),
  });
}

function lostText(lost: DataWindow, voice: UpdateVoice): string {
  switch (lost.kind) {
    case 'kept':
      return 'Nothing that was entered on the site was lost.';
    case 'unknown':
      return 'If something you entered is missing, ask the team that looks after the site.';
    case 'restored':
    case 'taken-back':
      return `Anything entered on the site between ${voice.moment(lost.from)} and ${voice.moment(lost.to)} (orders, messages, page changes) is no longer there. We kept a copy: if you miss something, ask the team that looks after the site.`;
  }
}

/** Rounds up to the minute that people see, so that the update comes before it is over. */
function wholeMinute(iso: string): string {
  return new Date(Math.ceil(Date.parse(iso) / 60_000) * 60_000).toISOString();
}

/** `7 seconds`, `4 minutes`, `2 hours 5 minutes`. */
function spoken(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 120) return counted(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return counted(minutes, 'minute');
  const rest = minutes % 60;
  return `${counted(Math.floor(minutes / 60), 'hour')}${rest === 0 ? '' : ` ${counted(rest, 'minute')}`}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
