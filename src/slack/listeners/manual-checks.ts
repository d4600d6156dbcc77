import type { DecisionDeps } from '../../app/decide/decide.ts';
import { confirmManualChecks } from '../../app/decide/manual-checks.ts';
import { readManualChecksBlock } from '../render/end/manual-checks.ts';
import { clickText } from './click.ts';

/** One click on the boxes of a run, decided and answered in words. Never silent. */
export async function confirmClicked(
  deps: DecisionDeps,
  user: string,
  blockId: string,
  selected: readonly string[],
): Promise<string> {
  const block = readManualChecksBlock(blockId);
  if (block === null)
    return ':no_entry: These manual checks are from another version of the bot. Nothing was saved.';
  const results = await confirmManualChecks(deps, { ...block, user, selected });
  return results.map(clickText).join('\n');
}
