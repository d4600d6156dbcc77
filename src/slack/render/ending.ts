import type { KnownBlock } from '@slack/types';
import { restoresDatabase } from '../../domain/mode.ts';
import type { Run, SwitchEnd } from '../../domain/run.ts';
import type { Site } from '../../domain/site.ts';
import { stepTitle } from '../../domain/steps.ts';
import { commitLabel } from '../../domain/version.ts';
import { button, confirm, header, section, smallPrint } from './blocks.ts';
import { duration, escaped, health, mention, mentions, moment } from './text.ts';

/** Milliseconds from the first stop to the first healthy answer, by the host's clock; null if it was not down. */
export function downtimeMs(run: Run): number | null {
  const down = run.steps.find((step) => step.name === 'stop')?.startedAt;
  const up = run.steps.find((step) => step.name === 'healthy' || step.name === 'put-back-answers');
  const last = run.steps
    .filter(
      (step) =>
        step.endedAt !== null &&
        step.code === 0 &&
        (step.name === 'healthy' || step.name === 'put-back-answers'),
    )
    .at(-1);
  const end = last?.endedAt ?? up?.endedAt ?? null;
  return down && end ? Date.parse(end) - Date.parse(down) : null;
}

/** The new post at the end, or where a person has to decide; null while neither is the case. */
export function ending(run: Run, site: Site): { text: string; blocks: KnownBlock[] } | null {
  switch (run.state) {
    case 'succeeded':
      return succeeded(run, site);
    case 'failed':
      return failed(run, site);
    case 'needs-decision':
    case 'closed':
      return needsDecision(run, site);
    case 'expired':
      return short(
        run,
        `:hourglass: ${mention(run.request.requester)} nobody decided on *${escaped(site.name)}* in time. Nothing was changed. Type the command again to get a fresh plan.`,
      );
    case 'denied':
      return short(
        run,
        `:no_entry: ${mention(run.request.requester)} the rollback of *${escaped(site.name)}* was denied by ${mention(run.actor ?? '')}. Nothing was changed.`,
      );
    case 'refused':
      return run.plan === null
        ? null
        : short(
            run,
            `:no_entry: ${mention(run.request.requester)} the rollback of *${escaped(site.name)}* was not started. ${escaped(run.refusal?.sentence ?? '')} ${escaped(run.refusal?.next ?? '')}`,
          );
    default:
      return null;
  }
}

function short(run: Run, text: string): { text: string; blocks: KnownBlock[] } {
  return { text, blocks: [section(text), smallPrint(run.id)] };
}

function succeeded(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const title = `${site.name} is back`;
  const down = downtimeMs(run);
  const lines = [
    `${mention(run.request.requester)} *${escaped(site.name)}* ${what(run)} and answers: *${run.healthAfter ? health(run.healthAfter) : 'unknown'}*.`,
    down === null ? null : `It was down for ${duration(down)}.`,
    lost(run),
    checks(run),
  ];
  return {
    text: `${title}: ${run.id} has succeeded.`,
    blocks: [header(title), section(lines.filter((line) => line !== null).join('\n')), smallPrint(run.id)],
  };
}

function what(run: Run): string {
  const target = run.plan?.facts.target;
  if (target) return `runs ${escaped(commitLabel(target))} again`;
  return 'has its restored database';
}

function lost(run: Run): string | null {
  const backup = run.plan?.facts.backup;
  if (!run.plan || !restoresDatabase(run.plan.binding.mode) || !backup) return null;
  return `The database is the one of ${moment(backup.takenAt)}. What it was before is kept on the host as the safety backup of this run.`;
}

function checks(run: Run): string {
  const marks = { passed: ':white_check_mark:', failed: ':x:', 'not-checked': ':grey_question:' } as const;
  return run.checks
    .map((check) => `${marks[check.result]} ${escaped(check.name)}: ${escaped(check.detail)}`)
    .join('\n');
}

function failed(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const { ended } = run;
  const putBack = ended?.outcome === 'put-back';
  const title = putBack
    ? `${site.name}: the rollback failed and was put back`
    : `${site.name}: nothing was changed`;
  const down = downtimeMs(run);
  const text = putBack
    ? [
        `${mention(run.request.requester)} the step "${escaped(stepTitle(ended.step))}" failed (exit code ${ended.code}).`,
        'The previous code and environment are back and the site answers as it did before. The database is unchanged.',
        down === null ? '' : `It was down for ${duration(down)}.`,
        'The end of the log is in the thread.',
      ].join('\n')
    : `${mention(run.request.requester)} ${untouchedReason(ended)} The site was not touched. The log is in the thread; type the command again to get a fresh plan.`;
  return { text: `${title} (${run.id}).`, blocks: [header(title), section(text), smallPrint(run.id)] };
}

function untouchedReason(ended: SwitchEnd | null): string {
  switch (ended?.step) {
    case 'lock':
      return 'Somebody deploys this site at this moment: deploy.lock is held.';
    case 'recheck':
      return 'Something on the host is no longer as it was approved.';
    case 'expired':
      return 'The plan expired before it could be started.';
    default:
      return 'The switch could not begin.';
  }
}

function needsDecision(run: Run, site: Site): { text: string; blocks: KnownBlock[] } {
  const title = `${site.name} needs a decision`;
  const people = [...new Set([run.request.requester, ...site.operators, ...site.escalation])];
  const blocks = [
    header(title),
    section(`${mentions(people)}\n${stateOfThings(run)}`),
    section(byHand(run, site)),
    ...(run.state === 'needs-decision'
      ? [
          {
            type: 'actions' as const,
            elements: [
              button(
                'Stop here',
                'close',
                { run: run.id, digest: run.plan?.digest ?? null },
                {
                  confirm: confirm(
                    'Stop here?',
                    'The bot leaves the site as it is and gives it free. Whatever is left has to be done by hand.',
                    'Stop here',
                  ),
                },
              ),
            ],
          },
        ]
      : [section(`:black_square_for_stop: Closed by ${mention(run.actor ?? '')}.`)]),
    smallPrint(run.id),
  ];
  return { text: `${title}: ${run.id} has stopped.`, blocks };
}

/** Up or down, which code, which data: one sentence each, and "unknown" where it is. */
function stateOfThings(run: Run): string {
  const { ended } = run;
  if (ended?.outcome === 'done') return `The switch ended well, but the proof did not hold:\n${checks(run)}`;
  const step = escaped(stepTitle(ended?.step ?? ''));
  if (ended?.outcome === 'interrupted')
    return `:rotating_light: The program on the host was interrupted at "${step}"${ended.code === 1 ? ' by a reboot of the host' : ''}. *Whether the site is up, which code and which data it has is unknown until somebody looks.*`;
  const restored = run.steps.some((one) => one.name === 'restore' && one.code === 0);
  const began = run.steps.some((one) => one.name === 'restore');
  const data = restored
    ? 'the database is the restored one'
    : began
      ? 'the state of the database is unknown'
      : 'the database is unchanged';
  const started = run.steps.some((one) => one.name === 'start' && one.code === 0);
  const up = started ? 'its services were started, but the site is not healthy' : '*the site is down*';
  return `:rotating_light: The step "${step}" failed (exit code ${ended?.code ?? '?'}): ${up}; ${data}. Nothing more is done by itself.`;
}

function byHand(run: Run, site: Site): string {
  const folder = `${site.root}/.rollback-bot/runs/${run.id}`;
  return `On the host, \`${folder}/STATE\` says how far it came, \`log\` beside it has all output, and \`safety.sql.gz\` there is the database as it was before the restore.`;
}
