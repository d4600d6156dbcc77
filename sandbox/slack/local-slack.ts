import { createClock } from './clock.ts';
import { type Connections, createSwitchboard } from './connections.ts';
import { createFaults, type Fault } from './faults.ts';
import { type Host, remove } from './host.ts';
import { type InstallationOptions, installationOf } from './installation.ts';
import type { PersonTools } from './interaction.ts';
import { ACK_TIMEOUT_MS, TRIGGER_LIFETIME_MS } from './limits.ts';
import { createPerson, type Person } from './person.ts';
import { createPopulation, type Population } from './population.ts';
import { createReading, type Reading, type Violation, violationsIn } from './reading.ts';
import { createResponseUrls } from './response-urls.ts';
import { API_PATH, listen, type Route } from './server.ts';
import { createTranscript } from './transcript.ts';
import { createTriggers } from './triggers.ts';
import { createWorkspace, findMessage, type Installation } from './workspace.ts';

export type { Message, Modal } from './model.ts';
export type { Person } from './person.ts';
export { plainText } from './plain-text.ts';
export type { SlackEvent } from './transcript.ts';

export interface LocalSlackOptions extends InstallationOptions {
  /** Any free port by default. */
  readonly port?: number;
  readonly botName?: string;
  /** How long Slack waits for an acknowledgement: three seconds by default. A slow machine needs more. */
  readonly ackTimeoutMs?: number;
  /** How long what somebody did lets a modal open: three seconds as well. */
  readonly triggerLifetimeMs?: number;
}

/** A Slack workspace on this machine, with the app installed. */
export interface LocalSlack extends Omit<Installation, 'scopes'>, Population, Connections, Reading {
  readonly origin: string;
  /** The value for SLACK_API_URL. */
  readonly apiUrl: string;
  readonly as: (userId: string) => Person;
  /** Moves the clock forward, so that triggers and response URLs age. */
  readonly advance: (milliseconds: number) => void;
  /** Scripts failures of a Web API method, of `response_url`, or of `*`. */
  readonly fail: (method: string, fault: Fault) => void;
  readonly clearFaults: () => void;
  /** Deletes a message as a person would. */
  readonly deleteMessage: (channel: string, ts: string) => void;
  /** Calls that were refused for their content, not for their place or time. A correct app makes none. */
  readonly violations: readonly Violation[];
  /** Adds a route on the same port. */
  readonly addRoute: (route: Route) => void;
  readonly close: () => Promise<void>;
}

export const startLocalSlack = async (options: LocalSlackOptions = {}): Promise<LocalSlack> => {
  const installation = installationOf(options);
  const workspace = createWorkspace(installation, createClock());
  const transcript = createTranscript();
  const faults = createFaults();
  let origin = '';
  const host: Host = {
    workspace,
    transcript,
    triggers: createTriggers(workspace.clock, options.triggerLifetimeMs ?? TRIGGER_LIFETIME_MS),
    origin: () => origin,
  };
  const responseUrls = createResponseUrls(host);
  const switchboard = createSwitchboard(installation, transcript, options.ackTimeoutMs ?? ACK_TIMEOUT_MS);
  const server = await listen(options.port ?? 0, {
    host,
    sockets: switchboard.sockets,
    responseUrls,
    faults,
  });
  origin = server.origin;

  const tools: PersonTools = { host, responseUrls, deliver: switchboard.deliver };
  return {
    ...installation,
    ...createPopulation(workspace, options.botName ?? 'rollback-bot'),
    ...switchboard.connections,
    ...createReading(workspace, transcript),
    origin,
    apiUrl: `${origin}${API_PATH}`,
    as: (userId) => createPerson(tools, userId),
    advance: workspace.clock.advance,
    fail: faults.add,
    clearFaults: faults.clear,
    deleteMessage: (channel, ts) => {
      const message = findMessage(workspace, channel, ts);
      if (message === undefined) throw new Error(`no message ${ts} in ${channel}`);
      remove(host, message);
    },
    get violations() {
      return violationsIn(transcript);
    },
    addRoute: server.addRoute,
    close: async () => {
      transcript.close();
      await switchboard.close();
      await server.close();
    },
  };
};
