import {
  type LocalSlack,
  type LocalSlackOptions,
  startLocalSlack,
} from '../../../sandbox/slack/local-slack.ts';

export const PATIENCE_MS = 60_000;

/**
 * A local Slack that has a minute where the real one has three seconds. On a busy machine an app that does everything right is
 * later than that; that it acknowledges before it does anything else is tested by something else that never ends.
 */
export function startPatientSlack(options: LocalSlackOptions = {}): Promise<LocalSlack> {
  return startLocalSlack({ ackTimeoutMs: PATIENCE_MS, triggerLifetimeMs: PATIENCE_MS, ...options });
}
