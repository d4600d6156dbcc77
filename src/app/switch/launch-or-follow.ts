import { isHostSilent } from '../../domain/run/host-silence.ts';
import { overdue } from '../../domain/run/overdue.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Site } from '../../domain/site/site.ts';
import type { Hosts } from '../ports/host.ts';
import { HostError } from '../ports/host-error.ts';
import type { SwitchStatus } from '../ports/run-program.ts';
import type { RunStore } from '../ports/run-store.ts';
import { onHost } from '../run/on-host.ts';
import type { RunWriter } from '../run/pickup.ts';
import { type FollowDeps, followJournal, passOnCancel } from './follow-journal.ts';
import { answered, type HostPatience, noAnswer } from './host-silence.ts';
import { foreign, type HostOfSite, type LaunchDeps, launchOnce, voidedEnd } from './launch.ts';
import { hasBegun, interruptedEnd, switchEnd } from './switch-end.ts';

export interface SwitchDeps extends LaunchDeps, FollowDeps {
  readonly store: Pick<RunStore, 'read' | 'events'>;
  readonly hosts: Hosts;
  /** True if this process was asked to stop. The program on the host continues without us. */
  readonly stopping: () => boolean;
  readonly patience: HostPatience;
}

const RETRY_MS = 1_000;

/** The step that `void.sh` names. */
const VOIDED = 'expired';

/** A launched program needs a moment before it says that it has begun. */
const CLAIMED_MS = 200;

/**
 * Launches the program on the host, or follows the one that is there, to its end and over as many connections as it takes.
 * The host decides: the worker launches only if the program certainly never began, and only while the plan is valid. If the
 * host stays silent, the worker leaves it to people, and to whoever finds that it answers again.
 */
export async function launchOrFollow(deps: SwitchDeps, writer: RunWriter, site: Site): Promise<void> {
  while (!deps.stopping() && isSwitching(writer.run())) {
    try {
      await onHost(deps.hosts, site, (host) => onConnection(deps, writer, { host, site }));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      await noAnswer(deps, writer, error);
      // Waiting on would hold one of few workers for as long as the host is silent.
      if (isHostSilent(writer.run())) return;
      await deps.wait(RETRY_MS);
    }
  }
}

function isSwitching(run: Run): boolean {
  return run.state === 'switching' || isHostSilent(run);
}

async function onConnection(deps: SwitchDeps, writer: RunWriter, place: HostOfSite): Promise<void> {
  let offset = 0;
  while (!deps.stopping() && isSwitching(writer.run())) {
    const read = await followJournal(deps, writer, place.host, offset);
    offset = read.offset;
    await react(deps, writer, place, read.status);
  }
}

async function react(
  deps: SwitchDeps,
  writer: RunWriter,
  place: HostOfSite,
  status: SwitchStatus,
): Promise<void> {
  const run = writer.run();
  const { host } = place;
  switch (status.kind) {
    case 'running': {
      const late = overdue(run, status.quietSeconds);
      if (late === null) return answered(writer);
      // The quiet program may only have a wrong clock. Pass a Cancel on all the same.
      await passOnCancel(deps, run, host);
      throw new HostError('timed-out', late);
    }
    case 'absent':
    case 'claimed':
      // A program that has begun never begins again, even if the host has lost all traces of it, as after a restore of its
      // disk. The host judges the database by those traces, so its answer does not count.
      if (hasBegun(run)) return answered(writer, { ...(await interruptedEnd(host, run, 0)), found: null });
      // Before anything is done on the host: this fails if a person closed the run meanwhile.
      if (isHostSilent(run)) await answered(writer);
      await launchOnce(deps, writer, place);
      if (status.kind === 'claimed') await deps.wait(CLAIMED_MS);
      return;
    case 'foreign':
      return answered(writer, foreign(status.claim));
    case 'interrupted':
      return answered(writer, await interruptedEnd(host, run, status.rebooted ? 1 : 0));
    case 'done': {
      const end = await switchEnd(host, run, status);
      return answered(writer, status.step === VOIDED ? await voidedEnd(deps, writer, place, end) : end);
    }
  }
}
