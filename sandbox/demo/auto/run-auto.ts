import type { Demo } from '../demo.ts';
import { WIDTH, wrap } from '../wrap.ts';
import { playStory } from './story.ts';
import { createTeller } from './teller.ts';

/** Plays and prints the story, then checks the result from outside. Returns false if a check fails. */
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
    `${failed === 0 ? 'All checks passed.' : `${failed} of ${checks.length} checks failed.`} Started in ${Math.round(startedMs / 1000)} s, played in ${seconds} s.`,
  );
  return failed === 0;
}
