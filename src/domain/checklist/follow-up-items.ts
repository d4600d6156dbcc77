/** What has to happen before anyone tries the upgrade again: steps 13 and 14 of the runbook, with its questions. */
export const ITEMS = {
  cause: {
    title: 'Root cause',
    questions:
      'Read the logs of the failed upgrade. What made it fail? If the process had a part in it, update the runbooks.',
  },
  fix: {
    title: 'Fix tested in staging',
    questions: 'If the code needs a fix, make a new release. Test it in staging or dev, not in production.',
  },
  notes: {
    title: 'Release notes read',
    questions: 'Which breaking changes and migrations does the next version have?',
  },
  upgrade: {
    title: 'Re-upgrade planned',
    questions: 'Schedule a maintenance window, and follow the upgrade runbook with what you learned.',
  },
} as const;

export type FollowUpId = keyof typeof ITEMS;

/** What a person does with one follow-up. */
export type FollowUpAct = 'take' | 'give-back' | 'done' | 'reopen';

/** An open follow-up and who has taken it; null: nobody. */
export interface OpenFollowUp {
  readonly item: FollowUpId;
  readonly owner: string | null;
}

export function isFollowUpId(text: string): text is FollowUpId {
  return Object.hasOwn(ITEMS, text);
}

export function followUpTitle(item: FollowUpId): string {
  return ITEMS[item].title;
}
