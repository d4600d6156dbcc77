import { moment } from '../blocks/text.ts';

/** What people read of their second factor. The same under a field, where Slack reads no marks, and in a message. */

export const HOW_TO_ENROL =
  'Ask whoever runs the bot to invite you (rollback-bot factor invite), then type /rollback factor and the word that they tell you.';

const MISSING = `You have no second factor yet. ${HOW_TO_ENROL} Somebody else can approve meanwhile.`;

const DAMAGED =
  'Your second factor was changed in Redis by somebody else than the bot, or APPROVAL_SECRET is another one, so no code counts. Tell whoever runs the bot: they remove it and invite you again.';

type NoFactor =
  | { readonly kind: 'missing' | 'damaged' }
  | { readonly kind: 'locked'; readonly until: string };

/** Why somebody can't be asked for a code now. */
export function noFactorText(problem: NoFactor): string {
  switch (problem.kind) {
    case 'missing':
      return `:no_entry: ${MISSING}`;
    case 'damaged':
      return `:no_entry: ${DAMAGED}`;
    case 'locked':
      return `:lock: Too many codes were wrong, so no code of yours counts until ${moment(problem.until)}. Somebody else can approve meanwhile. If it was not you who typed them, tell whoever runs the bot.`;
  }
}

type RefusedCode =
  | NoFactor
  | { readonly kind: 'no-digits' | 'used' }
  | { readonly kind: 'locks'; readonly until: string }
  | { readonly kind: 'wrong'; readonly left: number };

/** Under the field, where Slack reads no marks. */
export function refusedCode(answer: RefusedCode): string {
  switch (answer.kind) {
    case 'no-digits':
      return 'A code has six digits. Type the one that your app shows now.';
    case 'used':
      return 'This code has been used already. Wait until your app shows the next one, and type that.';
    case 'wrong':
      return `This code is wrong. ${answer.left === 1 ? 'One more try is' : `${answer.left} more tries are`} left. If it stays wrong, check the clock of your phone.`;
    case 'locks':
    case 'locked':
      return `Too many codes were wrong, so no code counts until ${answer.until.slice(11, 16)} UTC. Somebody else can approve meanwhile.`;
    case 'missing':
      return MISSING;
    case 'damaged':
      return DAMAGED;
  }
}
