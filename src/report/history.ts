import { isReviewOpen } from '../domain/after/review.ts';
import { downtimeMs } from '../domain/outcome/downtime.ts';
import { openItems } from '../domain/outcome/open-items.ts';
import { modeText } from '../domain/plan/mode.ts';
import type { KnownRun, NewestRuns, SiteOverview } from '../domain/run/known-runs.ts';
import type { Run } from '../domain/run/run.ts';
import type { Site } from '../domain/site/site.ts';
import { oneLine } from '../domain/text/printable.ts';
import { commitLabel } from '../domain/version/commit.ts';
import { fromTo, stateText } from './facts.ts';
import { runSheet } from './run-sheet.ts';
import type { Sheet, SheetLine } from './sheet.ts';
import { duration } from './text.ts';
import type { Voice } from './voice.ts';

/** One run in one line: which, when, from where to where, how it ended, who asked. */
export function runLine(run: Run, voice: Voice): string {
  const { plan, request } = run;
  const ms = downtimeMs(run);
  const mode = plan === null ? '' : `, ${modeText(plan.binding.mode)}`;
  const down = ms === null ? '' : ` The site was down for ${duration(ms)}.`;
  const environment = voice.text(request.site.split('@')[1] ?? '');
  return `${voice.strong(run.id)} (${environment}), ${voice.moment(run.requestedAt)}: ${fromTo(run, voice)}${mode}. It ${stateText(run)}.${down} Asked for by ${voice.person(request.requester)}.${glassText(run)}${run.isSealed ? '' : ' Its record is not sealed.'}`;
}

function glassText(run: Run): string {
  if (run.glass.broken.length === 0) return '';
  return isReviewOpen(run) ? ' Its glass was broken, and the review is open.' : ' Its glass was broken.';
}

function knownLine(known: KnownRun, voice: Voice): SheetLine {
  return {
    text:
      known.kind === 'run'
        ? runLine(known.run, voice)
        : `${voice.strong(voice.text(known.id))}: ${voice.text(known.why)}`,
  };
}

/** `site`: as people name it; null: all sites. */
export function historySheet({ runs, older }: NewestRuns, site: string | null, voice: Voice): Sheet {
  const where = site === null ? '' : ` of ${voice.text(site)}`;
  if (runs.length === 0)
    return { title: `Nobody has asked for a rollback${where} yet.`, rows: [], parts: [] };
  const lines = runs.map((known) => knownLine(known, voice));
  const all = `rollback-bot history ${site === null ? '' : `${voice.text(site)} `}--limit ${runs.length + older}`;
  const more = older === 0 ? [] : [{ text: `and ${older} older: ${all}` }];
  return {
    title: '',
    rows: [],
    parts: [{ title: `Rollbacks${where}, newest first`, lines: [...lines, ...more] }],
  };
}

/** What is under way on all sites, what has ended recently, and which broken glass nobody has reviewed (`unreviewed`). */
export function overviewSheet(
  underWay: readonly KnownRun[],
  newest: NewestRuns,
  voice: Voice,
  unreviewed: readonly Run[] = [],
): Sheet {
  const busy = new Set(underWay.map((known) => (known.kind === 'run' ? known.run.id : known.id)));
  const ended = newest.runs.filter((known) => !busy.has(known.kind === 'run' ? known.run.id : known.id));
  if (underWay.length + ended.length + unreviewed.length === 0)
    return { title: 'Nobody has asked for a rollback yet.', rows: [], parts: [] };
  return {
    title: underWay.length === 0 ? 'Nothing is under way.' : '',
    rows: [],
    parts: [
      { title: 'Under way', lines: underWay.map((known) => knownLine(known, voice)) },
      { title: 'Ended recently', lines: ended.map((known) => knownLine(known, voice)) },
      { title: 'Waiting for a review', lines: unreviewed.map((run) => ({ text: runLine(run, voice) })) },
    ],
  };
}

/** One site: what the bot last verified there, what is under way, and what the last run has left open. */
export function siteSheet(site: Site, { underWay, last, verified }: SiteOverview, voice: Voice): Sheet {
  const now = underWay === null ? null : runSheet(underWay, site, voice);
  return {
    title: `${voice.text(oneLine(site.name))} (${site.environment})`,
    rows: [
      ['Verified', verified === null ? 'nothing by the bot yet' : verifiedText(verified, voice)],
      ['Last run', last === null ? 'none' : runLine(last, voice)],
      ['Under way', underWay === null ? 'nothing' : runLine(underWay, voice)],
      ...(now?.rows ?? []),
    ],
    parts: [...(now?.parts ?? []), ...(last === null ? [] : [openPart(last, voice)])],
  };
}

function openPart(run: Run, voice: Voice): Sheet['parts'][number] {
  return {
    title: `Open after ${run.id}`,
    lines: openItems(run).map((text) => ({ text: voice.text(text) })),
  };
}

function verifiedText(run: Run, voice: Voice): string {
  const facts = run.plan?.facts;
  const what = facts ? voice.text(commitLabel(facts.target ?? facts.live)) : 'an unknown version';
  const health = run.verification?.health;
  const said =
    health === undefined ? '' : `, health ${voice.text(`${health.status ?? 'no answer'} ${health.word}`)}`;
  return `${what} by ${run.id}, ${voice.moment(run.end?.at ?? run.requestedAt)}${said}. This does not cover deploys since then.`;
}
