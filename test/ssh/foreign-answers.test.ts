import { expect, it } from 'vitest';
import type { Run } from '../../src/domain/run/run.ts';
import { refusalText } from '../../src/slack/render/answers/refusal.ts';
import { surfaces } from '../../src/slack/render/surfaces.ts';
import { hostProbes } from '../../src/ssh/probes.ts';
import { answeringSession } from '../support/fakes/answering-session.ts';
import { scriptedHost } from '../support/fakes/scripted-host.ts';
import { type Answers, hostileHosts } from '../support/hostile/hosts.ts';
import { linesOf, linesOfText } from '../support/hostile/lines.ts';
import { COUNT, type Shown, tryHostileTexts } from '../support/hostile/rounds.ts';
import { PLACE } from '../support/hostile/texts.ts';
import { site } from '../support/story/site.ts';
import { stage } from '../support/story/stage.ts';

/** The run after its planning, if the host's probes print these. */
async function planned(answers: Answers): Promise<Run> {
  const host = scriptedHost(hostProbes(answeringSession(answers), site()));
  const { advance, run } = stage([], { host, asked: { mode: 'full' } });
  await advance();
  return run();
}

/** Digests are other ones with each text. */
const HEX = /\b[0-9a-f]{12,}\b/g;

/** What people see of the plan on each host, or of its refusal. */
async function shownOf(text: () => string): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (const [what, answers] of hostileHosts(text)) {
    const run = await planned(answers);
    const { refusal } = run;
    const lines =
      refusal === null ? surfaces(run, site()).flatMap(linesOf) : linesOfText(refusalText(refusal));
    shown.push([what, lines.map((line) => line.replaceAll(HEX, ''))]);
  }
  return shown;
}

it('whatever a host says, cards and refusals have only our lines, and lines for sudoers nothing of it', async () => {
  const inSudoers = (line: string) =>
    line.includes('⟧deploy ALL=') && PLACE.test(line) ? 'text of others in sudoers' : null;

  // Each round plans two hundred times.
  const { texts, problems } = await tryHostileTexts(shownOf, { count: COUNT / 20, also: inSudoers });

  expect(problems).toEqual([]);
  expect(texts).toBeGreaterThanOrEqual(COUNT / 20);
});
