import type { Run } from '../run/run.ts';
import type { Site } from '../site/site.ts';
import { STATUS_PLACEHOLDERS, type StatusPlaceholder, type StatusWebhook } from '../site/stakeholders.ts';
import { filled, solePlaceholder } from '../text/placeholders.ts';
import type { Update } from './updates.ts';
import { type UpdateVoice, updateText } from './wording.ts';

/** One call of a status page. */
export interface StatusMessage {
  /** The same for every try of one update of one run. */
  readonly key: string;
  /** JSON. */
  readonly body: string;
}

type Value = string | number | null;

/** What a status page gets: the site's own body, or an object of everything that the bot knows. */
export function statusMessage(run: Run, site: Site, webhook: StatusWebhook, update: Update): StatusMessage {
  const values = valuesOf(run, site, webhook, update);
  const body = webhook.body === undefined ? values : filledIn(webhook.body, values);
  return { key: `${run.id}-${update.key}`, body: JSON.stringify(body) };
}

function valuesOf(
  run: Run,
  site: Site,
  { statuses }: StatusWebhook,
  update: Update,
): Readonly<Record<StatusPlaceholder, Value>> {
  const { kind, since, until, nextAt, downtimeMs, lost } = update;
  const gone = lost !== null && 'from' in lost ? lost : null;
  return {
    run: run.id,
    slug: site.slug,
    environment: site.environment,
    site: site.name,
    domain: site.domain,
    status: statuses[kind] ?? kind,
    text: updateText(update, site, PLAIN),
    since,
    until,
    nextAt,
    downtimeSeconds: downtimeMs === null ? null : Math.round(downtimeMs / 1000),
    lostFrom: gone?.from ?? null,
    lostUntil: gone?.to ?? null,
  };
}

/** A string that is only one placeholder becomes its value, with its type. Within other text, a missing value is empty. */
function filledIn(template: unknown, values: Readonly<Record<StatusPlaceholder, Value>>): unknown {
  if (typeof template === 'string') {
    const sole = STATUS_PLACEHOLDERS.find((name) => name === solePlaceholder(template));
    if (sole !== undefined) return values[sole];
    const texts = Object.entries(values).map(([name, value]) => [name, String(value ?? '')]);
    return filled(template, Object.fromEntries(texts));
  }
  if (Array.isArray(template)) return template.map((item) => filledIn(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, filledIn(value, values)]));
}

/** A status page knows neither its reader's zone nor Slack's markup. */
const PLAIN: UpdateVoice = {
  moment: (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`,
  time: (iso) => `${iso.slice(11, 16)} UTC`,
  name: (text) => text,
  wording: (text) =>
    text
      .replaceAll(/<[^<>|]*\|([^<>]*)>/g, '$1')
      .replaceAll(/<!?([^<>]*)>/g, '$1')
      .replaceAll(/(?<!\w)([*_~`])(\S|\S.*?\S)\1(?!\w)/g, '$2'),
};
