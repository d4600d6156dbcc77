import type { HostSession, Hosts, InspectedHosts } from '../app/ports/host.ts';
import { HostError } from '../app/ports/host-error.ts';
import type { HostAddress, Site } from '../domain/site/site.ts';
import { originCommand } from '../remote/probes.ts';
import { orProblem } from './answers/parts.ts';
import { origin as originAnswer } from './answers/site.ts';
import { askJson, QUICK_MS } from './ask.ts';
import { hostKeeping } from './keeping.ts';
import { hostProbes } from './probes.ts';
import { runProgram } from './program.ts';
import { hostRehearsal } from './rehearsal.ts';
import { type HostLog, sessionLog } from './session-log.ts';
import { ConnectError, type Credentials, openSession, type Session } from './transport/session.ts';

const CONNECT_MS = 15_000;

/** Hosts over SSH. Errors of every method: HostError, with `unknown` if the effect of a command can't be known. */
export function sshHosts(credentials: () => Promise<Credentials>, log?: HostLog): Hosts {
  return {
    connect: async (site) => hostSession(await open(site.host, credentials, log), site),
  };
}

/** For questions to many sites at once: one connection per host, however many sites it has. Errors: HostError. */
export function inspectedSshHosts(credentials: () => Promise<Credentials>): InspectedHosts {
  const sessions = new Map<string, Promise<Session>>();
  const sessionTo = (host: HostAddress): Promise<Session> => {
    const key = JSON.stringify([host.user, host.address, host.port, host.fingerprint, host.jump ?? []]);
    const session = sessions.get(key) ?? open(host, credentials);
    sessions.set(key, session);
    return session;
  };
  return {
    async connect(site) {
      const session = await sessionTo(site.host);
      return {
        ...hostSession(session, site),
        origin: () => askJson(session, originCommand({ root: site.root }), orProblem(originAnswer), QUICK_MS),
        // Other sites may still be using the connection.
        close: () => undefined,
      };
    },
    close() {
      for (const session of sessions.values())
        session.then(
          (one) => one.close(),
          () => undefined,
        );
    },
  };
}

async function open(
  host: HostAddress,
  credentials: () => Promise<Credentials>,
  log?: HostLog,
): Promise<Session> {
  const login = await readLogin(credentials);
  try {
    return await openSession(host, login, { deadlineMs: CONNECT_MS, log: log && sessionLog(log, host) });
  } catch (error) {
    if (error instanceof ConnectError) throw new HostError(error.failure, error.message, { cause: error });
    throw error;
  }
}

/**
 * If someone takes the key away while a switch runs, that counts as a host that can't be asked, so that people hear of it.
 */
async function readLogin(credentials: () => Promise<Credentials>): Promise<Credentials> {
  try {
    return await credentials();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HostError('no-login', `the bot can't read its own login: ${why}`, { cause: error });
  }
}

function hostSession(session: Session, site: Site): HostSession {
  return {
    hostKey: session.hostKey,
    ...hostProbes(session, site),
    ...hostRehearsal(session, site),
    ...runProgram(session, site.root),
    ...hostKeeping(session, site.root),
    close: () => session.close(),
  };
}
