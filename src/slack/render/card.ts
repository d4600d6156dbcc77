import type { KnownBlock } from '@slack/types';
import { changesCode, restoresDatabase } from '../../domain/mode.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Run } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { commitLabel } from '../../domain/version.ts';
import { button, confirm, header, section, smallPrint } from './blocks.ts';
import { distance, escaped, health, mention, mentions, moment, utc } from './text.ts';

/**
 * The card: which site, to what, what will be lost, who asks, what happens if I press. In this order, so that a phone
 * shows the answers without scrolling far; everything else is in the thread.
 */
export function card(run: Run, site: Site, plan: Plan): { text: string; blocks: KnownBlock[] } {
  const title = `${titleOf(site, plan)}?`;
  return {
    text: `${title} ${run.id}, asked for by ${mention(run.request.requester)}.`,
    blocks: [
      header(title),
      section(askedBy(run, site)),
      section(`${codeLines(plan)}\n${databaseLines(run, plan)}`),
      section(whatHappens(plan)),
      ...warnings(plan),
      ...decision(run, site, plan),
    ],
  };
}

export function titleOf(site: Site, plan: Plan): string {
  const { target } = plan.facts;
  const where = `${site.name} (${site.environment})`;
  if (target === null) return `Restore the database of ${where}`;
  return `Roll ${where} back to ${target.tags[0] ?? target.pin ?? target.commit.slice(0, 8)}`;
}

function askedBy(run: Run, site: Site): string {
  const reason = run.request.reason ? `\n*Reason*  ${escaped(run.request.reason)}` : '';
  return `${mention(run.request.requester)} asks to roll back *${escaped(site.slug)}* (${site.environment}).${reason}`;
}

function codeLines({ facts, binding }: Plan): string {
  const since = facts.liveSince ? `, live since ${moment(facts.liveSince)}` : '';
  const now = `*Now*  ${escaped(commitLabel(facts.live))}${since}. Health: *${health(facts.healthBefore)}*`;
  if (facts.target === null) return `${now}\n*Code*  stays as it is`;
  const ran = facts.target.liveUntil ? `ran here until ${moment(facts.target.liveUntil)}` : 'never ran here';
  const mode = binding.mode === 'code-only' ? ' Code only.' : '';
  return `${now}\n*Then*  ${escaped(commitLabel(facts.target))}, ${ran}.${mode}`;
}

function databaseLines(run: Run, { facts, binding }: Plan): string {
  const { backup } = facts;
  if (!restoresDatabase(binding.mode) || backup === null)
    return `*What will be lost*  nothing: the database is not touched, because ${escaped(facts.modeReason)}.`;
  const age = distance(backup.takenAt, run.plannedAt ?? facts.measuredAt);
  return [
    `*What will be lost*  everything written to the database after *${moment(backup.takenAt)}* (${age} before this plan). Files that visitors uploaded stay.`,
    `*Backup*  \`${escaped(backup.name)}\`, read to its end and complete.`,
    `*Why the database*  ${escaped(facts.modeReason)}.`,
  ].join('\n');
}

function whatHappens(plan: Plan): string {
  const restore = restoresDatabase(plan.binding.mode);
  const press = restore ? 'If you press Approve' : 'If you press Start';
  const work = [
    restore ? 'a safety backup is made, the database is overwritten' : null,
    changesCode(plan.binding.mode) ? 'the code and its prepared environment are switched' : null,
  ].filter((part) => part !== null);
  return `*${press}*  the site goes down, ${work.join(', ')}, and it is started and checked. ${plan.failureClause}`;
}

function warnings({ facts }: Plan): KnownBlock[] {
  const lines = [...facts.warnings, ...foreign(facts.database.foreignExtensions)];
  return lines.length === 0 ? [] : [section(lines.map((line) => `:warning: ${escaped(line)}`).join('\n'))];
}

function foreign(extensions: readonly string[]): readonly string[] {
  return extensions.length === 0
    ? []
    : [`The database extension ${extensions.join(', ')} belongs to another role: it stays as it is.`];
}

/** Buttons while people can still decide; afterwards who decided what. */
function decision(run: Run, site: Site, plan: Plan): KnownBlock[] {
  const value = { run: run.id, digest: plan.digest };
  const cancel = button('Cancel', 'cancel', value);
  const print = smallPrint(`${run.id} · plan ${plan.digest.slice(0, 12)}`);
  switch (run.state) {
    case 'awaiting-approval': {
      const who = plan.quorum > 1 ? `${plan.quorum - run.approvals.length} more of ` : '';
      return [
        section(
          `A second person has to approve, because ${plan.approvalReasons.map(escaped).join(' and ')}: ${who}${mentions(others(site, run))}. Until ${moment(run.expiresAt ?? '')}.`,
        ),
        {
          type: 'actions',
          elements: [approve(site, plan, value), button('Deny', 'deny', value, { style: 'danger' }), cancel],
        },
        print,
      ];
    }
    case 'awaiting-start':
      return [
        section(
          `No second person is needed: the database is not touched. Until ${moment(run.expiresAt ?? '')}.`,
        ),
        {
          type: 'actions',
          elements: [
            button('Start', 'start', value, {
              style: 'primary',
              confirm: confirm('Start the rollback?', `${site.name} goes down for a moment.`, 'Start'),
            }),
            cancel,
          ],
        },
        print,
      ];
    default:
      return [section(decided(run)), print];
  }
}

function others(site: Site, run: Run): readonly string[] {
  return site.approvers.filter((id) => id !== run.request.requester);
}

function approve(site: Site, plan: Plan, value: { run: string; digest: string }) {
  const backup = plan.facts.backup;
  const lost = backup ? ` Everything written to its database after ${utc(backup.takenAt)} is lost.` : '';
  return button('Approve', 'approve', value, {
    style: 'primary',
    confirm: confirm('Approve this rollback?', `${titleOf(site, plan)}.${lost}`, 'Approve'),
  });
}

function decided(run: Run): string {
  const approvers = run.approvals.map((approval) => mention(approval.approver)).join(' and ');
  switch (run.state) {
    case 'denied':
      return `:no_entry: Denied by ${mention(run.actor ?? '')}. Nothing was changed.`;
    case 'cancelled':
      return `:no_entry: Cancelled by ${mention(run.actor ?? '')}. Nothing was changed.`;
    case 'expired':
      return ':hourglass: Expired: nobody decided in time. Nothing was changed.';
    case 'refused':
      return ':no_entry: Not started. Nothing was changed.';
    default:
      return approvers
        ? `:white_check_mark: Approved by ${approvers}.`
        : `:white_check_mark: Started by ${mention(run.actor ?? '')}.`;
  }
}
