import { mention, moment } from '../blocks/text.ts';

/** What the other approvers read, and the person themself, when something happens to a second factor. */

export function lockNotice(person: string, until: string): string {
  return `:lock: Somebody with the account of ${mention(person)} has typed too many wrong codes, so no code of theirs counts until ${moment(until)}.\n${mention(person)}: if it was not you, tell whoever runs the bot now, and change your Slack password.`;
}

/** `by`: who runs the command line, as the machine knows them; null: the person, in Slack, with an invitation. */
export function enrolledNotice(person: string, by: string | null): string {
  const how = by === null ? 'by invitation, in Slack' : `by \`${by}\`, in the terminal`;
  return `:key: ${mention(person)} has a second factor for approvals from now on, set up ${how}.\nIf you did not expect that, tell whoever runs the bot now.`;
}

export function removedNotice(person: string, by: string): string {
  return `:warning: The second factor of ${mention(person)} was removed by \`${by}\`, in the terminal. Until they enrol again, they can approve nothing that needs one.\nIf you did not expect that, tell whoever runs the bot now.`;
}

export function invitedNotice(person: string, by: string, until: string): string {
  return `:envelope: ${mention(person)} was invited by \`${by}\` to set up a second factor, until ${moment(until)}.\nIf you did not expect that, tell whoever runs the bot now.`;
}
