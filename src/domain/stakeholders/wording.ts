import type { DataWindow } from '../outcome/data-window.ts';
import type { Site } from '../site/site.ts';
import type { UpdateKind } from '../site/stakeholders.ts';
import { filled } from '../text/placeholders.ts';
import type { Update } from './updates.ts';

/** How a place shows times and names. */
export interface UpdateVoice {
  /** A day and a time. */
  readonly moment: (iso: string) => string;
  /** A time within the hour. */
  readonly time: (iso: string) => string;
  readonly name: (text: string) => string;
  /** The wording of people, with the markup that the place knows or without. */
  readonly wording: (text: string) => string;
}

/** In characters; what is filled in comes on top, and all of it together has to fit into one message. */
export const LONGEST_WORDING = 1_000;

/** For people who own a shop and read this on a phone: no word of the trade, and nothing that may not be true. */
const WORDING: Readonly<Record<UpdateKind, string>> = {
  started:
    '*{site}* ({domain}) is not available at the moment. Since {since} it is being put back to how it was earlier, and visitors may see an error page until that is done. You do not need to do anything. The next word comes here by {next}.',
  'still-working':
    '*{site}* is still being put back to how it was earlier. Visitors may see an error page until that is done. The next word comes here by {next}.',
  'people-called':
    '*{site}* has not come back by itself. The people who look after it have been called to finish the work. Until they are done, the site may not be available or may look wrong. The next word comes here by {next}.',
  restored: '*{site}* is back. It was not available for {downtime}, from {since} on. {lost}',
  'as-before':
    '*{site}* is back, and it is as it was before: the work was not finished this time. It was not available for {downtime}, from {since} on. What did not work before may still not work. {lost}',
  'not-restored':
    'It could not be confirmed that *{site}* works again. The people who look after it take it from here. Until they are done, the site may not be available or may look wrong. The last word comes here when one of them says that the site is back.',
};

/** A word as people read it. */
export function updateText(word: Update, site: Site, voice: UpdateVoice): string {
  const { kind, since, nextAt, until, downtimeMs, lost } = word;
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
      return 'If something that was entered is missing, ask the people who look after the site.';
    case 'restored':
    case 'taken-back':
      return `What was entered on the site between ${voice.moment(lost.from)} and ${voice.moment(lost.to)} (orders, messages, changes to pages) is no longer there. A copy is kept: if you miss something, ask the people who look after the site.`;
  }
}

/** Clocks show minutes: a promise names the one that is not over before the word is there. */
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
