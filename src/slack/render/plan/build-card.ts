import type { KnownBlock } from '@slack/types';
import { type BuildConsent, buildDigest } from '../../../domain/approval/build.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { plainCommit } from '../../../domain/version/review.ts';
import { buildRows } from '../../../report/build.ts';
import { nobodyElse, whoHasToApprove } from '../blocks/approvers.ts';
import { button, confirm, header, quoted, section, smallPrint } from '../blocks/blocks.ts';
import type { Message } from '../blocks/message.ts';
import { code, escaped } from '../blocks/mrkdwn.ts';
import { reasonInput, saidBy, saidWith } from '../blocks/reason.ts';
import { cut, fallback, mention, mentions, moment, someone } from '../blocks/text.ts';
import { slackVoice } from '../blocks/voice.ts';

/** In characters, so that no name from the repository can push the question off the card. */
const ROOM = 2000;

/** The small card before the plan's own: may the bot build a version that nobody has reviewed? null: it has not asked. */
export function buildCard(run: Run, site: Site, unenrolled: readonly string[] = []): Message | null {
  const { build } = run;
  if (build === null) return null;
  const title = `Build ${plainCommit(build.asked.target)} for ${oneLine(site.name)} (${site.environment})?`;
  const rows = buildRows(build.asked, slackVoice).map(([name, value]) => `*${name}*  ${value}.`);
  return {
    text: fallback(`${escaped(title)} (${run.id}, requested by ${mention(run.request.requester)})`),
    blocks: [
      header(title),
      section(askedBy(run, site, build)),
      ...(run.request.reason ? [quoted('Reason', run.request.reason)] : []),
      section(cut(rows.join('\n'), ROOM)),
      section(whatHappens(build)),
      ...decision(run, site, build, unenrolled),
    ],
  };
}

function askedBy({ request }: Run, site: Site, { asked }: BuildConsent): string {
  const wish = asked.dryRun ? 'see the plan of a rollback of' : 'roll back';
  const where = `*${escaped(site.slug)}* (${site.environment}, ${escaped(oneLine(site.domain))})`;
  return `${mention(request.requester)} asks to ${wish} ${where} to ${code(request.version ?? '')}, a version that nobody has reviewed.`;
}

function whatHappens({ asked }: BuildConsent): string {
  const next = asked.dryRun
    ? 'It is a dry run: it ends with the plan.'
    : 'The plan then needs an approval of its own.';
  return `*If approved*  The bot builds this version beside the live one and loads it. So its code runs on the host as the site's user, and may read the site's settings and data. The site stays up. ${next}`;
}

function decision(run: Run, site: Site, build: BuildConsent, unenrolled: readonly string[]): KnownBlock[] {
  const digest = buildDigest(build.asked);
  const print = smallPrint(`${run.id} · build ${digest.slice(0, 12)}`);
  if (run.state !== 'awaiting-build-approval') return [section(decided(run, build)), print];
  const value = { run: run.id, digest };
  return [
    section(`${whoApproves(run, site, build, unenrolled)}\n*Until*  ${moment(build.expiresAt)}.`),
    reasonInput(),
    {
      type: 'actions',
      elements: [
        button('Approve', 'approve', value, {
          style: 'primary',
          confirm: confirm(
            'Build this version?',
            `The code of ${plainCommit(build.asked.target)} runs on the host of ${oneLine(site.name)}.`,
            'Approve',
          ),
        }),
        button('Deny', 'deny', value, { style: 'danger' }),
        button('Cancel', 'cancel', value),
      ],
    },
    print,
  ];
}

function whoApproves(
  { request }: Run,
  site: Site,
  { asked, approvals }: BuildConsent,
  unenrolled: readonly string[],
): string {
  const left = site.approvers.filter(
    (id) => id !== request.requester && !approvals.some(({ approver }) => approver === id),
  );
  return left.length === 0 ? nobodyElse : whoHasToApprove(asked.quorum, approvals, left, unenrolled);
}

function decided(run: Run, { asked, approvals }: BuildConsent): string {
  const people = mentions(approvals.map(({ approver }) => approver));
  if (approvals.length >= asked.quorum)
    return `:white_check_mark: Building approved by ${people}.${afterwards(run)}${saidWith(approvals)}`;
  switch (run.state) {
    case 'denied':
      return `:no_entry: Denied by ${someone(run.end?.by)}. Nothing was built.${saidBy(run.end?.by, run.end?.reason)}`;
    case 'cancelled':
      return `:no_entry: Cancelled by ${someone(run.end?.by)}. Nothing was built.`;
    default:
      return ':hourglass: Expired: nobody decided in time. Nothing was built.';
  }
}

/** What became of a request that never got a plan, or has none yet. */
function afterwards({ state, plan, refusal, end }: Run): string {
  if (plan !== null) return '';
  if (state === 'planning') return ' The bot is making the plan.';
  if (refusal !== null) return ` The bot then refused: ${escaped(refusal.sentence)} Nothing was changed.`;
  return ` Then ${someone(end?.by)} cancelled it. Nothing was changed.`;
}
