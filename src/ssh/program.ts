import { HostError } from '../app/ports/host-error.ts';
import type { RunProgram } from '../app/ports/run-program.ts';
import { logTailCommand } from '../remote/probes.ts';
import {
  cancelCommand,
  launchCommand,
  placeCommand,
  stateCommand,
  voidCommand,
} from '../remote/run-commands.ts';
import { logTail } from './answers/site.ts';
import { askJson, QUICK_MS, succeed } from './ask.ts';
import { followProgram } from './follow.ts';
import { parseHostState } from './host-state.ts';
import type { Session } from './transport/session.ts';

/** How much of the log's end the record stores, in characters. */
const LOG_TAIL = 6_000;

/** Reads far more than it stores: a mark that something is a secret may stand long before the secret. */
const LOG_TAIL_BYTES = 64 * 1024;

/** The program of a run on its host. */
export function runProgram(session: Session, root: string): RunProgram {
  return {
    launch: async (attempt, plan, decision) => {
      const { programSha256 } = plan.binding;
      await succeed(session, placeCommand(root, programSha256), plan.program);
      const said = await succeed(session, launchCommand(root, attempt, programSha256, decision));
      const [, kind, by = ''] = /^(launched|claimed|ended|out-of-turn)(?: (.*))?$/m.exec(said) ?? [];
      switch (kind) {
        case 'launched':
        case 'ended':
        case 'out-of-turn':
          return { kind };
        case 'claimed':
          return { kind, by };
        default:
          throw new HostError('errored', 'the host did not say whether it has started the program');
      }
    },
    voidAttempt: async (attempt) => {
      await succeed(session, voidCommand(root, attempt));
    },
    cancel: async (attempt) => {
      await succeed(session, cancelCommand(root, attempt));
    },
    follow: (attempt, from, onLine) => followProgram(session, root, attempt, from, onLine),
    logTail: async (attempt) => {
      const command = logTailCommand(root, attempt, LOG_TAIL_BYTES);
      const { text } = await askJson(session, command, logTail, QUICK_MS);
      return lastLines(text, LOG_TAIL);
    },
    currentState: async (runId, plan) =>
      parseHostState(await succeed(session, stateCommand(root, runId, plan.binding.programSha256))),
  };
}

/** The end of a text, from the beginning of a line if there is one. */
function lastLines(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = text.slice(-limit).replace(/^[\udc00-\udfff]/, '');
  return end.slice(end.trimEnd().indexOf('\n') + 1);
}
