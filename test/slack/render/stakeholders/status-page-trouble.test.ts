import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { statusPageProblem } from '../../../../src/slack/render/stakeholders/status-page-trouble.ts';
import { eventsTo, runOf } from '../../../support/story/run.ts';
import { seen } from '../support.ts';

const told = (word: string, result: 'taken' | 'delayed' | 'refused', problem: string | null): RunEvent => ({
  type: 'status-told',
  word,
  result,
  problem,
});
const TAKEN = told('end', 'taken', null);
const DELAYED = told('started', 'delayed', 'it answered 503');
const REFUSED = told('started', 'refused', 'it answered <404>');

it.each<[string, readonly RunEvent[], readonly string[]]>([
  ['nothing where nothing was told', [], []],
  ['nothing where all was taken', [told('started', 'taken', null), TAKEN], []],
  [
    'that it goes on by itself',
    [DELAYED],
    [
      ':warning: The status page is not taking updates (it answered 503). The bot keeps trying. If it is urgent, bring the page up to date by hand.',
    ],
  ],
  [
    'that nobody tries again',
    [REFUSED],
    [
      ":warning: The status page did not take an update (it answered &lt;404&gt;). The bot won't try this one again, so bring the page up to date by hand.",
    ],
  ],
  [
    'that it is over',
    [DELAYED, TAKEN],
    [
      ':information_source: The status page did not take an update at first (it answered 503). It has the newest one now.',
    ],
  ],
])('the people of the run read %s', (_title, events, lines) => {
  expect(seen(statusPageProblem(runOf([...eventsTo('switching'), ...events])))).toEqual(lines);
});
