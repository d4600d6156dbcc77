import type { ModalView } from '@slack/types';
import type { EnrolProblem } from '../../../domain/approval/factor.ts';
import { section } from '../blocks/blocks.ts';
import { codeInput } from '../blocks/code-input.ts';
import { code } from '../blocks/mrkdwn.ts';

export const ENROL_CALLBACK = 'enrol';

/** Groups of four: people type it from this screen into a phone. */
const GROUP = /.{1,4}/g;

/** The secret, for the one person who was invited, and the field for the first code. A view is in no history and no search. */
export function enrolView(secret: string, metadata: string): ModalView {
  const lines = [
    '*1.*  In the authenticator app on your phone, add an account by hand: a *setup key*, *time based*.',
    `*2.*  Type this key, once, and keep it nowhere else:\n${code((secret.match(GROUP) ?? []).join(' '))}`,
    '*3.*  Type the code that the app shows then.',
  ];
  return {
    type: 'modal',
    callback_id: ENROL_CALLBACK,
    private_metadata: metadata,
    title: { type: 'plain_text', text: 'Second factor' },
    submit: { type: 'plain_text', text: 'Enrol' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [section(lines.join('\n')), codeInput()],
  };
}

const PROBLEMS: Readonly<Record<EnrolProblem, string>> = {
  'enrolled-already':
    'You have a second factor already. If you have lost it, ask whoever runs the bot to remove it first.',
  'not-invited':
    'There is no such invitation for you, or it has been used. Ask whoever runs the bot for a new one.',
  over: 'The invitation has run out. Ask whoever runs the bot for a new one.',
  'wrong-code':
    'This code is wrong. Check the key in the app and the clock of your phone, and type the code that it shows now.',
};

/** In a message and under a field alike. */
export function enrolProblemText(problem: EnrolProblem): string {
  return PROBLEMS[problem];
}
