import type { HostKeeping } from '../app/ports/host-keeping.ts';
import { lostRecordsCommand, retentionCommand } from '../remote/probes.ts';
import { liftQuarantineCommand, quarantineCommand } from '../remote/quarantine.ts';
import { keepRecordCommand, recordedCommand } from '../remote/run-commands.ts';
import { orProblem } from './answers/parts.ts';
import { keptForUndo, lostRecords } from './answers/site.ts';
import { askJson, QUICK_MS, succeed } from './ask.ts';
import type { Session } from './transport/session.ts';
/** What a host keeps of runs. */
export function hostKeeping(session: Session, root: string): HostKeeping {
  return {
    keepRecord: async (runId, record) => {
      await succeed(session, keepRecordCommand(root, runId, record), record);
    },
    markRecorded: async (runId) => {
      await succeed(session, recordedCommand(root, runId));
    },
    // Signed text of our own: nothing may be redacted from it.
    lostRecords: (active) =>
      askJson(session, lostRecordsCommand({ root, active }), lostRecords, QUICK_MS, (value) => value),
    quarantine: async (runId, line, names) => {
      await succeed(session, quarantineCommand(root, { run: runId, line, names }));
    },
    liftQuarantine: async (runId) => {
      await succeed(session, liftQuarantineCommand(root, runId));
    },
    keptForUndo: () =>
      askJson(session, retentionCommand({ root, run: '', keep: null }), orProblem(keptForUndo), QUICK_MS),
    prune: (run, keep) =>
      askJson(session, retentionCommand({ root, run, keep }), orProblem(keptForUndo), 150_000),
  };
}
