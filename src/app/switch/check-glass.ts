import { type BrokenGlass, glassText } from '../../domain/approval/glass.ts';
import type { Signer } from '../ports/outside.ts';

/**
 * Why a broken glass does not stand for the missing approvals; null: it does. `list`: who may break it, by the configuration
 * of now; null: that was judged when the switch began. Who is in a user group, only the bot can ask, and it did at the click.
 */
export function glassProblem(
  glass: BrokenGlass,
  about: Pick<BrokenGlass, 'run' | 'digest' | 'expiresAt' | 'factor'>,
  signer: Signer,
  list: readonly string[] | null,
): string | null {
  const isFor =
    glass.run === about.run && glass.digest === about.digest && glass.expiresAt === about.expiresAt;
  if (!isFor || !signer.verify(glassText(glass), glass.signature))
    return 'the broken glass has no valid signature for this';
  if (about.factor !== undefined && glass.factor !== about.factor)
    return 'the glass was broken without the second factor';
  if (glass.at >= glass.expiresAt) return 'the glass was broken too late';
  if (list?.length === 0) return 'the configuration lets nobody break the glass of this site';
  const isKnown = list === null || list.includes(glass.by) || list.some((id) => id.startsWith('S'));
  return isKnown ? null : `whoever broke the glass may not do so (${glass.by})`;
}
