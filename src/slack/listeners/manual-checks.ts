import type { DecisionDeps } from '../../app/decide/decide.ts';
import { confirmManualChecks } from '../../app/decide/manual-checks.ts';
import { readManualChecksBlock } from '../render/end/manual-checks.ts';
import { clickText } from './click.ts';

/** Stores one click on the manual checks of a run, and always returns an answer in words. */
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
