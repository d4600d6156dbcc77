import type { DecisionDeps } from '../../app/decide/decide.ts';
import { tickBoxes } from '../../app/decide/manual-checks.ts';
import { readBoxesBlock } from '../render/end/manual-checks.ts';
import { clickText } from './click.ts';

/** One click on the boxes of a run, decided and answered in words. Never silent. */
export async function runTick(
  deps: DecisionDeps,
  user: string,
  blockId: string,
  selected: readonly string[],
): Promise<string> {
  const block = readBoxesBlock(blockId);
  if (block === null)
    return ':no_entry: These boxes are from another version of the bot. Nothing was stored.';
  const results = await tickBoxes(deps, { ...block, user, selected });
  return results.map(clickText).join('\n');
}
