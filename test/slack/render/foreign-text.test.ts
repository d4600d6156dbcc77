import { describe, expect, it } from 'vitest';
import { findSite } from '../../../src/commands/find-site.ts';
import { parseCommand, type TypedCommand } from '../../../src/commands/parse.ts';
import type { UsageProblem } from '../../../src/commands/problem.ts';
import { tableChanges } from '../../../src/domain/database/row-changes.ts';
import type { BadFinding } from '../../../src/domain/readiness/findings.ts';
import type { Run } from '../../../src/domain/run/run.ts';
import { historySheet, overviewSheet, siteSheet } from '../../../src/report/history.ts';
import { runSheet } from '../../../src/report/run-sheet.ts';
import { form } from '../../../src/slack/render/answers/form.ts';
import { readinessReport, readinessText } from '../../../src/slack/render/answers/readiness.ts';
import { problemText } from '../../../src/slack/render/answers/refusal.ts';
import { sheetText } from '../../../src/slack/render/answers/sheet.ts';
import { siteList } from '../../../src/slack/render/answers/sites.ts';
import { surveyingText } from '../../../src/slack/render/answers/surveying.ts';
import { slackVoice } from '../../../src/slack/render/blocks/voice.ts';
import { lossView } from '../../../src/slack/render/plan/loss-view.ts';
import { noWorker, surfaces } from '../../../src/slack/render/surfaces.ts';
import { surfacesWithoutSite } from '../../../src/slack/render/without-site.ts';
import { linesOf, linesOfText } from '../../support/hostile/lines.ts';
import { type Shown, tryHostileTexts } from '../../support/hostile/rounds.ts';
import { hostileRuns, planOf, siteOf, type Text } from '../../support/hostile/runs.ts';
import { hostileTexts, MARK } from '../../support/hostile/texts.ts';
import { eventsTo, runOf } from '../../support/story/run.ts';
import { ALICE, request, site, T } from '../../support/story/site.ts';

/** Everything that Slack shows of runs. */
function messages(text: Text): readonly Shown[] {
  const site = siteOf(text);
  return hostileRuns(text).flatMap((run, index) =>
    [...surfaces(run, site), noWorker(run, site), ...surfacesWithoutSite(run)]
      .filter(({ file }) => file === undefined)
      .map((surface): Shown => [`run ${index}, ${surface.key}`, linesOf(surface).map(withoutDigest)]),
  );
}

/** What others wrote is in the digest of a question about building, so each text has another one. */
function withoutDigest(line: string): string {
  return line.replace(/\bbuild [0-9a-f]{12}$/, 'build DIGEST');
}

/** Everything that Slack answers to one person, as one text. */
function answers(text: Text): readonly Shown[] {
  const site = siteOf(text);
  const runs = hostileRuns(text);
  const newest = { runs: runs.map((run) => ({ kind: 'run', run }) as const), older: 1 };
  const [run = null] = runs.filter(({ state }) => state === 'succeeded');
  const sheets = [
    historySheet(newest, 'acme-kitchens', slackVoice),
    overviewSheet(newest.runs.slice(0, 3), newest, slackVoice),
    siteSheet(site, { underWay: run, last: run, verified: run }, slackVoice),
    ...runs.map((one) => runSheet(one, site, slackVoice)),
  ];
  const findings = { lookedAt: T.planned, findings: [findingOf(text), findingOf(text)] };
  const listed = readinessText(findings, [], T.planned);
  return [
    ...sheets.map((sheet) => sheetText(sheet, 'more')),
    siteList([site], new Map(), new Map([['acme-kitchens@production', listed]]), runs),
    ...runs.map((one) => surveyingText(one, site)),
  ].map((answer, index): Shown => [`answer ${index}`, linesOfText(answer)]);
}

function findingOf(text: Text): BadFinding {
  const sentence = `The newest backup is ${text()}.`;
  return { subject: 'backup', kind: 'bad', code: 'backup-old', sentence, next: 'Make a new one.' };
}

/** Views, and posts that belong to no run. */
function others(text: Text): readonly Shown[] {
  const site = siteOf(text);
  return [
    ['form', linesOf(form([site, siteOf(text)], site, { channel: 'C01OPS', isDirect: false }))],
    ['loss', linesOf(lossView(measured(text), site, 'C01OPS'))],
    ['readiness', linesOf(readinessReport(site, [findingOf(text), findingOf(text)], T.planned))],
  ];
}

function measured(text: Text): Run {
  const loss = tableChanges({ [text()]: { rows: 9, exact: true } }, { [text()]: 2 }, []);
  const asked = [{ type: 'measure-asked', by: ALICE } as const, { type: 'measured', loss } as const];
  return runOf([...eventsTo('awaiting-approval', planOf(text)), ...asked], request());
}

describe('text of others, whatever it is', () => {
  it.each([
    ['messages of runs', messages],
    ['answers to one person', answers],
    ['views and other posts', others],
  ])('stays in its place, in one line, with no marks: %s', async (_, show) => {
    const { texts, problems } = await tryHostileTexts(show, { also: emojiIn });

    expect(problems).toEqual([]);
    expect(texts).toBeGreaterThanOrEqual(10_000);
  });
});

describe('what a person types, whatever it is', () => {
  it('comes back as code in our sentences', () => {
    const { next, made } = hostileTexts(1);
    const known = [site()];
    const problems: string[] = [];
    while (made() < 10_000)
      for (const answer of [
        typed(`${next()} v0.5.0 --x`),
        typed(`status ${next()} ${next()}`),
        typed(`acme-kitchens v0.5.0 --backup ${next()}`),
        typed(`acme-kitchens ${next()} ${next()}`),
        typed(`history --${next()}`),
        typed(`undo ${next()} ${next()}`),
        findSite(known, next()),
      ]) {
        if (answer.kind !== 'problem') continue;
        const lines = linesOfText(problemText(answer)).map((line) => line.replaceAll(CODE, ''));
        if (
          lines.some((line) => MARK.test(line) || /⟦(?!\||emoji no_entry)/.test(line)) ||
          lines.length !== 2
        )
          problems.push(JSON.stringify(lines));
      }

    expect(problems).toEqual([]);
  });
});

function typed(words: string): TypedCommand | UsageProblem {
  return parseCommand(words);
}

const CODE = /⟦code [^⟧]*⟧/g;

/** Slack shows a picture for the name of any emoji, also of one that only this workspace has. */
function emojiIn(line: string): string | null {
  const name = /:[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:/.exec(line.replaceAll(CODE, ''));
  return name === null ? null : `an emoji, ${name[0]}`;
}
