import { type ManualCheck, manualChecksOf } from '../../domain/after/manual-checks.ts';
import { refusal } from '../../domain/refusal.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import { type Phrase, person, phrase } from '../../domain/text/phrase.ts';
import { permission } from '../people/permission.ts';
import { type ClickResult, type DecisionDeps, decide, type Verdict } from './decide.ts';

/**
 * A click on the manual checks, as Slack tells it: everything that is ticked on this person's screen, not what they clicked.
 */
export interface ManualCheckClick {
  readonly run: string;
  readonly user: string;
  /** Confirmed when the message was drawn. */
  readonly shown: readonly string[];
  readonly selected: readonly string[];
}

/**
 * Confirms a check, or takes that back. The requester, operators and approvers may. Only what this person changed counts: if
 * someone else has confirmed a check since the message was drawn, it stays confirmed.
 */
export async function confirmManualChecks(
  deps: DecisionDeps,
  click: ManualCheckClick,
): Promise<readonly ClickResult[]> {
  const { shown, selected } = click;
  const changes = [
    ...selected.filter((id) => !shown.includes(id)).map((id) => ({ id, on: true })),
    ...shown.filter((id) => !selected.includes(id)).map((id) => ({ id, on: false })),
  ];
  const results: ClickResult[] = [];
  for (const { id, on } of changes)
    results.push(
      await decide(deps, { run: click.run, digest: null, user: click.user }, (run, site) =>
        confirm(deps, run, site, click.user, id, on),
      ),
    );
  return results.length > 0 ? results : [{ kind: 'late', sentence: 'Nothing was changed.' }];
}

async function confirm(
  deps: DecisionDeps,
  run: Run,
  site: Site,
  user: string,
  id: string,
  on: boolean,
): Promise<Verdict> {
  const check = manualChecksOf(run).find((one) => one.id === id);
  if (check === undefined)
    return {
      kind: 'refused',
      refusal: refusal('plan-changed', `${run.id} no longer has this check.`, 'Check its newest message.'),
    };
  const list = [...site.operators, ...site.approvers, run.request.requester];
  const no = await permission(deps.people, user, list, {
    may: `confirm the checks of ${run.id}`,
    key: 'operators',
  });
  if (no) return { kind: 'refused', refusal: { ...no, sentence: `${no.sentence} Nothing was saved.` } };
  if ((check.confirmed !== null) === on) return { kind: 'late', sentence: asItIs(check) };
  return {
    event: { type: 'ticked', box: check.id, by: user, on },
    sentence: on
      ? `You confirmed "${check.text}" of ${run.id}.`
      : `You took back "${check.text}" of ${run.id}.`,
  };
}

function asItIs({ text, confirmed }: ManualCheck): Phrase {
  return confirmed === null
    ? `"${text}" is no longer confirmed.`
    : phrase`"${text}" was already confirmed by ${person(confirmed.by)}.`;
}
