import type { HealthReading } from '../../../domain/host/health.ts';
import type { Check } from '../../../domain/run/event.ts';
import { healthText, utc } from '../../../report/text.ts';
import { escaped } from './mrkdwn.ts';

/** Slack's limits, each with the page that states it. */
export const LIMITS = {
  /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
  sectionText: 3000,
  /** https://docs.slack.dev/reference/block-kit/blocks/header-block */
  header: 150,
  /** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
  confirmText: 300,
  /** https://docs.slack.dev/reference/methods/chat.update, which refuses longer texts */
  fallback: 4000,
} as const;

/** More mentions than this are noise. */
const MOST_MENTIONED = 20;

/** The text that notifications show instead of the blocks; also mrkdwn. */
export function fallback(text: string): string {
  return cut(text, LIMITS.fallback);
}

/**
 * Cuts with a visible mark, and never inside a character or one of Slack's own <…> and &…; marks. What was a mark inside a word
 * could take effect at the end.
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const whole = text.slice(0, limit - 1).replace(/[\ud800-\udbff\u200c\u200d]+$|<[^<>]*$|&[a-z]{0,3}$/, '');
  return `${whole.replace(/[*_~`]+$/, '')}…`;
}

/** The end of a long output, from the start of a line, with a visible mark. */
export function tail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.slice(text.length - limit + 2);
  return `…\n${end.slice(end.indexOf('\n') + 1)}`;
}

/** A moment in the reader's own time zone; UTC if Slack cannot show that. */
export function moment(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  if (Number.isNaN(seconds)) return escaped(iso);
  return `<!date^${seconds}^{date_short_pretty} {time}|${utc(iso)}>`;
}

/** The same within a sentence: `today at 2:20 AM`. */
export function whenAt(iso: string): string {
  return `<!date^${Math.floor(Date.parse(iso) / 1000)}^{date_short_pretty} at {time}|${utc(iso)}>`;
}

/** The time alone, in the reader's own zone. */
export function timeOfDay(iso: string): string {
  return `<!date^${Math.floor(Date.parse(iso) / 1000)}^{time}|${utc(iso)}>`;
}

/** In characters, so that what comes after it stays on the screen. */
const LONGEST_HEALTH = 300;

export function health(reading: HealthReading): string {
  return cut(escaped(healthText(reading)), LONGEST_HEALTH);
}

/** Slack's ids, and nothing that would end the mention. */
const ID = /^[A-Z0-9]{2,}$/;

export function mention(id: string): string {
  if (!ID.test(id)) return escaped(id);
  return id.startsWith('S') ? `<!subteam^${id}>` : `<@${id}>`;
}

/** Whoever did it; "someone" if the record does not say who. */
export function someone(id: string | null | undefined): string {
  return typeof id === 'string' ? mention(id) : 'someone';
}

export function mentions(ids: readonly string[]): string {
  const more = ids.length > MOST_MENTIONED ? [`and ${ids.length - MOST_MENTIONED} more`] : [];
  return [...ids.slice(0, MOST_MENTIONED).map(mention), ...more].join(' ');
}

const MARKS = { passed: ':white_check_mark:', failed: ':x:', 'not-checked': ':grey_question:' } as const;

export function checkLines(checks: readonly Check[]): string {
  return checks
    .map((check) => `${MARKS[check.result]} ${escaped(`${check.name}: ${check.detail}`)}`)
    .join('\n');
}
