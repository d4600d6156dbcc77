import { describe, expect, it } from 'vitest';
import { editMatrix, rowText } from '../../src/domain/matrix/edit.ts';
import { insertIncident } from '../../src/domain/records/incident.ts';
import { recordingOf } from '../../src/domain/records/recording.ts';
import type { StoredEvent } from '../../src/domain/run/event.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { planText } from '../../src/entry/commands/plan-text.ts';
import { terminalText } from '../../src/entry/commands/status-text.ts';
import { fail, renderResult } from '../../src/entry/parts/check-result.ts';
import { historySheet, siteSheet } from '../../src/report/history.ts';
import { runSheet } from '../../src/report/run-sheet.ts';
import { summaryFile } from '../../src/report/story.ts';
import { plainVoice } from '../../src/report/voice.ts';
import { HASH, SEAL } from '../support/fakes/signer.ts';
import { markdownLines } from '../support/hostile/markdown-lines.ts';
import { type Shown, tryHostileTexts } from '../support/hostile/rounds.ts';
import {
  hostileRuns,
  hostileStories,
  planOf,
  type Story,
  siteOf,
  type Text,
} from '../support/hostile/runs.ts';
import { runOf } from '../support/story/run.ts';
import { site, T } from '../support/story/site.ts';

function storedOf({ asked, events }: Story): readonly StoredEvent[] {
  return [{ type: 'requested', request: asked } as const, ...events].map(
    (event, seq): StoredEvent => ({ seq, at: T.planned, hash: HASH, seal: SEAL, event }),
  );
}

const MATRIX = `## Active Sites

| Site | Environment | Slug | Version | Date | Outcome | Notes |
| --- | --- | --- | --- | --- | --- | --- |
| Acme | production | acme-kitchens | v0.6.0 | 2026-01-01 | fine | keep |
`;

/** The file of each run, and what it leaves in the records. What looks like a secret is taken out there: another test has that. */
function markdown(any: Text): readonly Shown[] {
  const text = () => any().replaceAll(/key|passwd/gi, 'k');
  const where = siteOf(text);
  const person = (id: string) => id;
  return hostileStories(text).flatMap((story, index): Shown[] => {
    const run = runOf(story.events, story.asked);
    return [
      [`file ${index}`, markdownLines(summaryFile(run, where, storedOf(story), person))],
      [`records ${index}`, recordsOf(run)],
    ];
  });
}

function recordsOf(run: Run): readonly string[] {
  const recording = recordingOf(run, site());
  if (recording === null) return [];
  const { entry, row, title } = recording;
  const edited = row === null ? null : editMatrix(MATRIX, row);
  const added = row === null ? null : editMatrix(MATRIX.replace('acme-kitchens', 'other'), row);
  return [
    insertIncident('# Log\n\n## Follow-Up Tracking\n', entry),
    title,
    row === null ? '' : rowText(row),
    edited?.kind === 'text' ? edited.text : '',
    added?.kind === 'text' ? added.text : '',
  ].flatMap(markdownLines);
}

/** What the commands print. */
function terminal(text: Text): readonly Shown[] {
  const where = siteOf(text);
  const runs = hostileRuns(text);
  const newest = { runs: runs.map((run) => ({ kind: 'run', run }) as const), older: 1 };
  const [run = null] = runs.filter(({ state }) => state === 'succeeded');
  const texts = [
    terminalText(historySheet(newest, 'acme-kitchens', plainVoice)),
    terminalText(siteSheet(where, { underWay: run, last: run, verified: run }, plainVoice)),
    ...runs.map((one) => terminalText(runSheet(one, where, plainVoice))),
    ...(['full', 'code-only', 'database-only'] as const).map((mode) =>
      planText(where, planOf(text, mode), 'terminal-1'),
    ),
    renderResult(fail(text(), text(), 'Look at it.\nThen start the doctor again.')),
  ];
  return texts.map((one, index) => [`text ${index}`, one.split('\n')]);
}

describe('text of others, whatever it is', () => {
  it.each([
    ['the terminal', terminal],
    ['Markdown files and records', markdown],
  ])('stays in its place, in one line, with no marks: %s', async (_, show) => {
    const { texts, problems } = await tryHostileTexts(show);

    expect(problems).toEqual([]);
    expect(texts).toBeGreaterThanOrEqual(10_000);
  });
});
