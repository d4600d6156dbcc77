import {
  type BadFinding,
  badFindings,
  type Finding,
  type SiteReadiness,
} from '../../../domain/readiness/findings.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { distance } from '../../../report/text.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped, escapedLines } from '../blocks/mrkdwn.ts';
import { cut, fallback, moment } from '../blocks/text.ts';

/** Nobody fixes more than this in one morning. */
const MOST_SAID = 6;

const LONGEST_SENTENCE = 700;

const LONGEST_NEXT = 800;

/** For one site in a list of many, in characters. */
const LONGEST_LINE = 300;

/** Longer than a day, so that one missed night shows. */
const STALE_MS = 36 * 60 * 60 * 1000;

/** What got worse at a site since the last report. */
export function readinessReport(
  site: Pick<Site, 'name' | 'environment'>,
  worse: readonly BadFinding[],
  lookedAt: string,
): Message {
  const name = escaped(oneLine(site.name));
  const more = worse.length - MOST_SAID;
  const codes = [...new Set(worse.map(({ code }) => code))].join(', ');
  return {
    text: fallback(
      `:warning: ${name} (${site.environment}) is less ready for a rollback than it was: ${escaped(worse[0]?.sentence ?? '')}`,
    ),
    blocks: [
      section(
        `:warning: *${name}* (${site.environment}) is less ready for a rollback than it was. No rollback is running, so this is a good time to fix it.`,
      ),
      ...worse
        .slice(0, MOST_SAID)
        .map(({ sentence, next }) =>
          section(`${cut(escaped(sentence), LONGEST_SENTENCE)}\n${cut(escapedLines(next), LONGEST_NEXT)}`),
        ),
      smallPrint(
        `${more > 0 ? `and ${more} more · ` : ''}checked ${moment(lookedAt)} · all sites: \`/rollback sites\` · _${codes}_`,
      ),
    ],
  };
}

/** The newest readiness check in one line. `now`: ISO 8601. */
export function readinessText(
  check: SiteReadiness | null,
  approvers: readonly Finding[],
  now: string,
): string {
  if (check === null) return 'not checked yet';
  const found = badFindings([...check.findings, ...approvers]);
  const ago = distance(check.lookedAt, now);
  const isStale = Date.parse(now) - Date.parse(check.lookedAt) > STALE_MS;
  return isStale
    ? `:warning: not checked for ${ago}; last result: ${stateText(found)}`
    : `${stateText(found)}${aside(check)}, checked ${ago} ago`;
}

function aside({ rehearsed }: SiteReadiness): string {
  const version = rehearsed?.version ?? null;
  return version === null ? '' : `, ${escaped(oneLine(version, LONGEST_LINE))} ran aside`;
}

function stateText(found: readonly BadFinding[]): string {
  const [first] = found;
  if (first === undefined) return 'ready';
  const mark = found.some(({ kind }) => kind === 'bad') ? ':warning:' : ':grey_question:';
  const more = found.length > 1 ? ` (and ${found.length - 1} more)` : '';
  return `${mark} ${escaped(oneLine(first.sentence.replace(/\.$/, ''), LONGEST_LINE))}${more}`;
}
