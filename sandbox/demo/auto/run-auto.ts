import type { Demo } from '../demo.ts';
import { WIDTH, wrap } from '../wrap.ts';
import { playStory } from './story.ts';
import { createTeller } from './teller.ts';

/** Plays the story, prints it and what holds at its end; false when something does not. */
export async function runAuto(
  demo: Demo,
  startedMs: number,
  print: (line: string) => void,
): Promise<boolean> {
  const teller = createTeller(demo.slack, demo.host.places.base, print);
  const began = Date.now();
  const checks = await playStory(demo, teller);
  print('');
  print('Checked from outside, without asking Slack or the bot:');
  print('');
  for (const { holds, says } of checks)
    for (const line of wrap(`  ${holds ? '✓' : '✗'} ${says}`, WIDTH, '    ')) print(line);
  const failed = checks.filter(({ holds }) => !holds).length;
  const seconds = Math.round((Date.now() - began) / 1000);
  print('');
  print(
    `${failed === 0 ? 'All of it holds.' : `${failed} of ${checks.length} do not hold.`} Started in ${Math.round(startedMs / 1000)} s, played in ${seconds} s.`,
  );
  return failed === 0;
}
