import { refusedCharacter } from '../../commands/characters.ts';

/** Why a reason out of a form is not taken: what a command may not hold, it may not hold either; null if it is. */
export function reasonProblem(reason: string): string | null {
  const odd = refusedCharacter(reason);
  return odd === null
    ? null
    : `It contains a character that can't be shown: ${odd}. Type the reason by hand.`;
}
