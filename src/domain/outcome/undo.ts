import { changesCode, restoresDatabase } from '../plan/mode.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { closedWhileSilent } from '../run/host-silence.ts';
import { isTerminal, type Run, type Switched } from '../run/run.ts';
import { unsealedRefusal } from '../run/unsealed.ts';

/**
 * What a run has left on its site: `changed` is what its plan said, `half-way` something between that and the previous
 * state. `nothing` also covers a run that was put back.
 */
export type Effect = 'nothing' | 'changed' | 'half-way';

export function effectOf(run: Run): Effect {
  if (run.state === 'succeeded') return 'changed';
  const { plan, switched } = run;
  if (run.state !== 'closed' || plan === null || switched === null) return 'nothing';
  if (closedWhileSilent(run)) return 'half-way';
  if (!begun(switched, 'stop')) return 'nothing';
  const { mode } = plan.binding;
  const isWhole =
    (!restoresDatabase(mode) || ended(switched, 'restore')) &&
    (!changesCode(mode) || (ended(switched, 'checkout') && ended(switched, 'environment')));
  return isWhole && !switched.steps.some(({ name }) => name.startsWith('put-back-')) ? 'changed' : 'half-way';
}

function begun({ steps }: Switched, step: string): boolean {
  return steps.some(({ name }) => name === step);
}

function ended({ steps }: Switched, step: string): boolean {
  return steps.some(({ name, code }) => name === step && code === 0);
}

export type UndoChoice =
  | { readonly kind: 'undo'; readonly run: Run }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Which run an undo takes back: the newest that changed the site. If that is itself an undo, then also the newest whose
 * change is still in place. `runs`: of one site, newest first. `wanted`: null for whichever it is.
 */
export function chooseUndone(runs: readonly Run[], site: string, wanted: string | null): UndoChoice {
  const over = runs.filter((run) => isTerminal(run.state) && effectOf(run) !== 'nothing');
  const [newest] = over;
  if (wanted !== null && !over.some(({ id }) => id === wanted))
    return refused(nothingToUndo(wanted, runs, site));
  if (newest === undefined)
    return refused(
      refusal(
        'undo-nothing',
        `The bot has no record of a rollback that changed ${site}.`,
        'Type /rollback status to see the newest runs.',
      ),
    );
  if (wanted === null || wanted === newest.id) return judged(newest);
  const inPlace = newestInPlace(over);
  return inPlace?.id === wanted ? judged(inPlace) : refused(notNewest(wanted, newest, over, site));
}

function judged(run: Run): UndoChoice {
  const unsealed = unsealedRefusal(run, 'Nothing was changed. Ask for a rollback to that version instead.');
  if (unsealed !== null) return refused(unsealed);
  return effectOf(run) === 'changed' ? { kind: 'undo', run } : refused(leftHalfWay(run));
}

/** The newest run whose change is still in place, leaving out every undo and the run that it took back. */
function newestInPlace(newestFirst: readonly Run[]): Run | undefined {
  const undone = new Set<string>();
  for (const run of newestFirst) {
    if (effectOf(run) === 'half-way') return undefined;
    if (undone.has(run.id)) continue;
    if (run.request.undo === undefined) return run;
    undone.add(run.request.undo);
  }
  return undefined;
}

function refused(answer: Refusal): UndoChoice {
  return { kind: 'refused', refusal: answer };
}

function nothingToUndo(wanted: string, runs: readonly Run[], site: string): Refusal {
  const run = runs.find(({ id }) => id === wanted);
  if (run === undefined)
    return refusal(
      'undo-nothing',
      `${wanted} is not among the newest runs of ${site}.`,
      'Type /rollback status to see them.',
    );
  if (!isTerminal(run.state))
    return refusal(
      'undo-nothing',
      `${wanted} has not ended yet.`,
      `Wait until it has ended, or cancel it: /rollback cancel ${wanted}`,
    );
  return run.state === 'failed'
    ? refusal(
        'undo-nothing',
        `${wanted} failed, and ${site} is as it was before.`,
        'There is nothing to undo.',
      )
    : refusal('undo-nothing', `${wanted} changed nothing (${run.state}).`, 'There is nothing to undo.');
}

function notNewest(wanted: string, newest: Run, over: readonly Run[], site: string): Refusal {
  const by = over.find(({ request }) => request.undo === wanted);
  return by?.id === newest.id
    ? refusal(
        'undo-not-newest',
        `${newest.id} has already undone ${wanted}.`,
        `To take that back, type /rollback undo ${newest.id}`,
      )
    : refusal(
        'undo-not-newest',
        `${newest.id} changed ${site} after ${wanted}.`,
        `Undo the newest first: /rollback undo ${newest.id}`,
      );
}

function leftHalfWay({ id, end }: Run): Refusal {
  const isByHand = end !== null && end.commands !== null;
  return refusal(
    'undo-half-way',
    isByHand
      ? `Someone took ${id} over by hand halfway, and the bot can't tell what they did after that.`
      : `${id} was closed halfway: the site is neither on its target nor back on what it ran before.`,
    "Roll back to a version instead. The run's directory on the host still has safety.sql.gz and venv-before.",
  );
}
