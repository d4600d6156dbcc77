import type { Button, KnownBlock, ModalView } from '@slack/types';
import {
  type FollowUp,
  followUpsClosedAt,
  followUpsOf,
  openFollowUps,
} from '../../../domain/after/follow-ups.ts';
import { quarantinedLabel, quarantinedNames } from '../../../domain/after/quarantine.ts';
import {
  type FollowUpAct,
  followUpTitle,
  type OpenFollowUp,
} from '../../../domain/checklist/follow-up-items.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { distance } from '../../../report/text.ts';
import { confirm, quoted, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { fallback, mention, moment } from '../blocks/text.ts';

/** What each button does, by its action id. */
export const FOLLOW_UP_ACTIONS = {
  'follow-up-take': 'take',
  'follow-up-give-back': 'give-back',
  'follow-up-done': 'done',
  'follow-up-reopen': 'reopen',
} as const satisfies Record<string, FollowUpAct>;

export const CLOSE_ACTION = 'follow-ups-close';

export const CLOSE_CALLBACK = 'close-follow-ups';

/** What to do before anyone tries the upgrade again, in the thread; null: this run leaves nothing to do. */
export function followUps(run: Run, site: Site): Message | null {
  const all = followUpsOf(run);
  if (all.length === 0) return null;
  const closedAt = followUpsClosedAt(run);
  if (closedAt !== null) return closedFollowUps(run, all, closedAt);
  const open = openFollowUps(run);
  const version = labelOf(run) || 'the upgrade';
  return {
    text: fallback(`Before anyone upgrades ${escaped(oneLine(site.name))} again (${run.id})`),
    blocks: [
      section(
        `*Before anyone tries ${version} on ${escaped(oneLine(site.name))} again*\n${quarantineText(run)} Press Take for what you will do, and Done when it is done.`,
      ),
      ...all.flatMap((item, index) => itemBlocks(run, item, index + 1, open.length === 1)),
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: CLOSE_ACTION,
            text: { type: 'plain_text', text: 'Close all …' },
            value: JSON.stringify({ run: run.id }),
          },
        ],
      },
      smallPrint(run.id),
    ],
  };
}

/** What people call the version that the run left; empty if it is unknown. */
function labelOf(run: Run): string {
  return escaped(quarantinedLabel(quarantinedNames(run)));
}

function quarantineText(run: Run): string {
  const label = labelOf(run);
  if (label === '') return 'Nothing is quarantined, because the previous version is unknown.';
  return run.followUps.quarantine === 'placed'
    ? `Until then, ${label} is quarantined for this site. Deploy scripts that ask are told.`
    : `Until then, ${label} is quarantined for this site. Deploy scripts will see that in a moment.`;
}

function itemBlocks(run: Run, item: FollowUp, number: number, isLast: boolean): KnownBlock[] {
  const { title, questions, owner, done } = item;
  if (done !== null)
    return [
      section(`:white_check_mark: *${number}. ${title}*\nDone by ${mention(done.by)}, ${moment(done.at)}.`),
      { type: 'actions', elements: [act(run, item, 'reopen', `Not done ${number}`)] },
    ];
  const whose = owner === null ? '_Nobody has it._' : `${mention(owner.by)} took it, ${moment(owner.at)}.`;
  const finish = act(run, item, 'done', `Done ${number}`);
  return [
    section(`*${number}. ${title}*\n${questions}\n${whose}`),
    {
      type: 'actions',
      elements: [
        owner === null
          ? act(run, item, 'take', `Take ${number}`)
          : act(run, item, 'give-back', `Give back ${number}`),
        isLast ? { ...finish, confirm: lastOne(run) } : finish,
      ],
    },
  ];
}

/** The number tells the buttons apart for people who use a screen reader. */
function act(run: Run, { id }: FollowUp, what: FollowUpAct, label: string): Button {
  return {
    type: 'button',
    action_id: `follow-up-${what}`,
    text: { type: 'plain_text', text: label },
    value: JSON.stringify({ run: run.id, item: id }),
  };
}

function lastOne(run: Run) {
  const label = quarantinedLabel(quarantinedNames(run));
  const lifts = label === '' ? '' : `, and ${label} may be deployed again`;
  return confirm('Is this the last one?', `This closes all follow-ups of ${run.id}${lifts}.`, 'Done');
}

function closedFollowUps(run: Run, all: readonly FollowUp[], closedAt: string): Message {
  const { closed } = run.followUps;
  const label = labelOf(run);
  const lifted =
    label === ''
      ? ''
      : run.followUps.quarantine === 'lifted'
        ? `\nThis run's quarantine of ${label} is lifted.`
        : `\nThis run's quarantine of ${label} is being lifted.`;
  const when = moment(closedAt);
  const headline =
    closed === null
      ? `:white_check_mark: All follow-ups are done, ${when}.`
      : `:page_facing_up: ${mention(closed.by)} closed the follow-ups, ${when}.`;
  const lines = all.map(({ title, owner, done }) =>
    done === null
      ? `• ${title}: not done${owner === null ? '' : `, ${mention(owner.by)} had taken it`}`
      : `• ${title}: ${mention(done.by)}, ${moment(done.at)}`,
  );
  return {
    text: fallback(`The follow-ups of ${run.id} are closed.`),
    blocks: [
      section(`${headline}${lifted}`),
      ...(closed === null ? [] : [quoted('Why', closed.reason)]),
      section(lines.join('\n')),
      smallPrint(run.id),
    ],
  };
}

/** One reminder, as things were when it was due. It mentions whoever took an open follow-up, and the requester for the others. */
export function reminder(run: Run, site: Site, number: number): Message | null {
  const one = run.followUps.reminders[number - 1];
  if (one === undefined || run.end === null) return null;
  const people = new Set(one.owed.map(({ owner }) => owner ?? run.request.requester));
  const name = escaped(oneLine(site.name));
  const ago = distance(run.end.at, one.at);
  const label = labelOf(run);
  const lines = [
    `:hourglass: ${[...people].map(mention).join(' ')} *${name}* was rolled back ${ago} ago, and this is still open:`,
    ...one.owed.map(openLine),
    label === '' ? null : `Until this is done, ${label} stays quarantined for this site.`,
    'Press Take or Done in the list above.',
  ];
  return {
    text: fallback(`${escaped(`${oneLine(site.name)}:`)} follow-ups of ${run.id} are still open.`),
    blocks: [section(lines.filter((line) => line !== null).join('\n')), smallPrint(run.id)],
  };
}

function openLine({ item, owner }: OpenFollowUp): string {
  return `• ${followUpTitle(item)}: ${owner === null ? 'nobody has it' : mention(owner)}`;
}

/** Asks why; `channel` comes back with the answer. */
export function closeView(run: string, channel: string): ModalView {
  return {
    type: 'modal',
    callback_id: CLOSE_CALLBACK,
    private_metadata: JSON.stringify({ run, channel }),
    title: { type: 'plain_text', text: 'Close follow-ups' },
    submit: { type: 'plain_text', text: 'Close all' },
    close: { type: 'plain_text', text: 'Back' },
    blocks: [
      section(
        `This closes all follow-ups of ${escaped(run)} as they are and lifts its quarantine. The version may then be deployed on this site again.`,
      ),
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Why' },
        hint: { type: 'plain_text', text: 'For the record, for example: v0.6.1 replaces it.' },
        element: { type: 'plain_text_input', action_id: 'value', min_length: 3, max_length: 300 },
      },
    ],
  };
}
