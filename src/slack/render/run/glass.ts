import type { Button, KnownBlock } from '@slack/types';
import type { BrokenGlass } from '../../../domain/approval/glass.ts';
import { onePerPerson, otherPeople } from '../../../domain/approval/persons.ts';
import { isTerminal, type Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { button, quoted, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { channelOf, type Surface, surface } from '../blocks/surface.ts';
import { fallback, mention, mentions, moment } from '../blocks/text.ts';

export const BREAK_ACTION = 'break-glass';

export const REVIEW_ACTION = 'review-close';

/** Below everything else on a card, so that nobody hits it by mistake; empty: nobody may break the glass here. */
export function glassButton(site: Site, value: { run: string; digest: string }): readonly KnownBlock[] {
  if ((site.approval.breakGlass ?? []).length === 0) return [];
  return [
    smallPrint(
      'Nobody there to approve, and it cannot wait? Everybody is told, and someone has to review it.',
    ),
    { type: 'actions', elements: [button('Break glass …', BREAK_ACTION, value, { style: 'danger' })] },
  ];
}

/** What people read of each time that the glass was broken, and of its review. */
export function glassSurfaces(run: Run, site: Site): readonly (Surface | null)[] {
  const { broken, reminders } = run.glass;
  const channel = channelOf(run, site);
  return [
    ...broken.map((glass, index) => surface(`glass-${index + 1}`, channel, broke(run, site, glass))),
    ...broken.flatMap((glass, index) =>
      toldAbout(run, index).map((person) =>
        surface(`glass-${index + 1}-${person}`, '', privately(run, site, glass), { only: person }),
      ),
    ),
    surface('review', channel, review(run, site)),
    ...reminders.map((at, index) =>
      surface(`review-reminder-${index + 1}`, channel, reminder(run, site, at), { thread: 'review' }),
    ),
  ];
}

/** A direct message each. */
function toldAbout({ glass }: Run, index: number): readonly string[] {
  return glass.toTell[index] ?? [];
}

function broke(run: Run, site: Site, { by, at, reason }: BrokenGlass): Message {
  const people = [...new Set([...site.approvers, ...site.escalation])].filter((id) => id !== by);
  return {
    text: fallback(`The glass of ${run.id} was broken (${escaped(oneLine(site.name))}).`),
    blocks: [
      section(`:rotating_light: ${mentions(people)}\n${what(run, site, by)}. ${moment(at)}`),
      quoted('Reason', reason),
      section(`${approvedSoFar(run)}One of you has to review it when the run has ended.`),
      smallPrint(run.id),
    ],
  };
}

function privately(run: Run, site: Site, { by, reason }: BrokenGlass): Message {
  return {
    text: fallback(`The glass of ${run.id} was broken (${escaped(oneLine(site.name))}).`),
    blocks: [
      section(
        `:rotating_light: ${what(run, site, by)}. You could have approved it, or you are called when a run stops. Its messages are in <#${channelOf(run, site)}>.`,
      ),
      quoted('Reason', reason),
      smallPrint(run.id),
    ],
  };
}

function what({ id }: Run, site: Site, by: string): string {
  return `${mention(by)} broke the glass: ${id} on *${escaped(oneLine(site.name))}* (${site.environment}) goes ahead without the approval of a second person`;
}

function approvedSoFar({ consent }: Run): string {
  const approved = consent?.approvals.map(({ approver }) => approver) ?? [];
  return approved.length === 0 ? '' : `Approved before that by ${mentions(approved)}. `;
}

/** The post that asks for the review at the end of the run; afterwards who closed it. */
function review(run: Run, site: Site): Message | null {
  const { broken, review: closed } = run.glass;
  if (broken.length === 0 || !isTerminal(run.state)) return null;
  const name = escaped(oneLine(site.name));
  const breakers = [...new Set(broken.map(({ by }) => by))];
  if (closed !== null)
    return {
      text: fallback(`The review of ${run.id} is closed.`),
      blocks: [
        section(
          `:white_check_mark: ${mention(closed.by)} reviewed that the glass of ${run.id} on *${name}* was broken, ${moment(closed.at)}.`,
        ),
        quoted('Review', closed.note),
        smallPrint(run.id),
      ],
    };
  return {
    text: fallback(`${run.id} needs a review: its glass was broken (${name}).`),
    blocks: [
      section(
        `:mag: ${mentions(reviewers(run, site))}\n${mentions(breakers)} broke the glass of ${run.id} on *${name}*. One of you has to look at what was done and why, and close this review with one line. Whoever broke the glass, or asked for the run, cannot.`,
      ),
      ...broken.map(({ reason }) => quoted('Reason', reason)),
      { type: 'actions', elements: [closeButton(run)] },
      smallPrint(run.id),
    ],
  };
}

function closeButton({ id }: Run): Button {
  return button('Close the review …', REVIEW_ACTION, { run: id, digest: null });
}

/** Approvers who had no part in it. */
function reviewers({ glass, request }: Run, { approvers, accounts }: Site): readonly string[] {
  const had = [request.requester, ...glass.broken.map(({ by }) => by)];
  return onePerPerson(otherPeople(approvers, had, accounts), accounts);
}

function reminder(run: Run, site: Site, at: string): Message {
  const text = `:hourglass: ${mentions(reviewers(run, site))} the review of ${run.id} on *${escaped(oneLine(site.name))}* is still open. Press *Close the review …* above.`;
  return {
    text: fallback(`The review of ${run.id} is still open.`),
    blocks: [section(text), smallPrint(`${run.id} · ${moment(at)}`)],
  };
}
