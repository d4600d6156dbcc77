import { describe, expect, it } from 'vitest';
import { parseMrkdwn } from '../../../sandbox/slack/page/assets/mrkdwn.js';
import {
  environmentWarnings,
  type OddLine,
  restoreEnvironmentRefusal,
  SOUND_FILE,
} from '../../../src/domain/host/environment-file.ts';
import type { Survey } from '../../../src/domain/host/survey.ts';
import { surveyRefusal } from '../../../src/domain/host/survey-rules.ts';
import { escapedLines } from '../../../src/slack/render/blocks/mrkdwn.ts';
import { notRun } from '../../../src/ssh/words.ts';
import { survey, unit } from '../../support/story/evidence.ts';
import { site } from '../../support/story/site.ts';
import { unitStart } from '../../support/story/unit-start.ts';

const ROOT = site().root;

const odd = (more: Partial<OddLine>): OddLine => ({
  line: 14,
  name: 'SMTP_PASSWORD',
  kind: 'character',
  character: '&',
  plain: true,
  ...more,
});

const ODD = [
  odd({}),
  odd({ kind: 'export' }),
  odd({ kind: 'spaces' }),
  odd({ kind: 'name', name: null }),
  odd({ kind: 'read-only', name: 'UID' }),
];

const SURVEYS: readonly Partial<Survey>[] = [
  { missingRights: ['systemctl stop sum-acme-kitchens-gunicorn.service'] },
  { sudoProblem: 'sorry, you must have a tty to run sudo' },
  { sudoProblem: 'must be owned by uid 0 and have the setuid bit set' },
  { endsProgramsAtLogout: true },
  { foreignOwned: `${ROOT}/app/.git/index (root)` },
  { dirtyFiles: ['a.py'] },
  { freeBytes: 0 },
  { starts: [unitStart(unit('gunicorn').name, { masked: true, load: 'masked' })] },
  { starts: [unitStart(unit('gunicorn').name, { refusesStop: true })] },
];

/** Every next step with a command in it, as the rules make it. */
const NEXT = [
  ...ODD.map((one) => restoreEnvironmentRefusal({ ...SOUND_FILE, stops: one, oddities: [one] }, ROOT)?.next),
  ...environmentWarnings({ ...SOUND_FILE, windowsLineEnds: true, byteOrderMark: true, oddities: ODD }, ROOT),
  ...SURVEYS.map((more) => surveyRefusal(survey(more), site())?.next),
  notRun({ stdout: '', stderr: '' }).next,
].filter((text) => text !== undefined);

describe('a command of ours', () => {
  it.each(NEXT)('comes through Slack to the letter: %s', (text) => {
    const shown = parseMrkdwn(escapedLines(text)).map((node) =>
      node.type === 'text' ? node.text : node.type === 'break' ? '\n' : `«${node.type}»`,
    );

    expect(shown.join('')).toBe(text);
  });
});
