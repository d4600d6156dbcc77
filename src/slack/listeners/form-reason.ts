import { refusedCharacter } from '../../commands/characters.ts';

/** Why a reason typed into a form is not accepted: it follows the same rules as in a command. null: it is fine. */
export function reasonProblem(reason: string): string | null {
  const odd = refusedCharacter(reason);
  return odd === null
    ? null
    : `It contains a character that can't be shown: ${odd}. Type the reason by hand.`;
}
