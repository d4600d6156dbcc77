import type { KnownBlock, ModalView } from '@slack/types';
import type { Plan } from '../../../domain/plan/plan.ts';
import type { Run } from '../../../domain/run/run.ts';
import type { Site } from '../../../domain/site/site.ts';
import { DECISION_LABELS } from '../../../domain/stop/labels.ts';
import { oneLine } from '../../../domain/text/printable.ts';
import { plainCommit } from '../../../domain/version/review.ts';
import { titleOf } from '../../../report/titles.ts';
import { section, smallPrint } from '../blocks/blocks.ts';
import { codeInput } from '../blocks/code-input.ts';
import { escaped } from '../blocks/mrkdwn.ts';
import { reasonInput } from '../blocks/reason.ts';
import { lossSentence, windowSentence } from '../plan/gist.ts';
import { consequence } from '../run/consequence.ts';

/** Slack sends it back when somebody has typed a code and presses Approve. */
export const CODE_CALLBACK = 'approve-with-code';

/** Shown while the bot asks Slack who may approve: Slack lets us open a view only within seconds of the click. */
export function checkingView(): ModalView {
  return view([section(':mag: Checking …')]);
}

/** A sentence instead of the field: why there is nothing to type, or what has come of it. */
export function saidView(text: string): ModalView {
  return view([section(text)]);
}

/** What is approved, in a few lines, and the field for the code. */
export function codeView(
  run: Run,
  site: Site,
  { metadata, reason }: { readonly metadata: string; readonly reason?: string },
): ModalView {
  return {
    ...view([section(gist(run, site).join('\n')), codeInput(), reasonInput(reason), smallPrint(run.id)]),
    callback_id: CODE_CALLBACK,
    private_metadata: metadata,
    submit: { type: 'plain_text', text: 'Approve' },
  };
}

/** The site, what happens there, and what is lost. */
function gist(run: Run, site: Site): readonly string[] {
  const { plan, stop, build } = run;
  const asked = stop?.asked ?? null;
  if (run.state === 'needs-decision' && asked !== null)
    return [
      `*${escaped(`${DECISION_LABELS[asked.recovery.action]}: ${oneLine(site.name)} (${site.environment})`)}*`,
      escaped(consequence(run, asked.recovery.action)),
    ];
  if (run.state === 'awaiting-build-approval' && build !== null) {
    const version = plainCommit(build.asked.target);
    return [
      `*${escaped(`Build ${version} for ${oneLine(site.name)} (${site.environment})`)}*`,
      "Nobody has reviewed this version. Its code runs on the host, and may read the site's settings and data.",
      `The site stays up. ${build.asked.dryRun ? 'It is a dry run: it ends with the plan.' : 'The plan then needs an approval of its own.'}`,
    ];
  }
  return plan === null ? [`*${escaped(oneLine(site.name))}*`] : planGist(site, plan);
}

function planGist(site: Site, plan: Plan): readonly string[] {
  return [`*${escaped(titleOf(site, plan))}*`, windowSentence(plan), lossSentence(plan)];
}

function view(blocks: KnownBlock[]): ModalView {
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Approve' },
    close: { type: 'plain_text', text: 'Back' },
    blocks,
  };
}
