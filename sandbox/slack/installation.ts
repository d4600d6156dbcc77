import { secretPart } from './ids.ts';
import type { Installation } from './workspace.ts';

export interface InstallationOptions {
  readonly teamId?: string;
  readonly teamDomain?: string;
  /** The scopes of the bot token. Leave one out to see what the app does without it. */
  readonly scopes?: readonly string[];
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
}

/** The scopes of manifest.yml; a test compares them. A scope that the real app lacks must be missing here too. */
const DEFAULT_SCOPES = [
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:read',
  'usergroups:read',
  'users:read',
  'users:read.email',
];

export const installationOf = (options: InstallationOptions): Installation => ({
  teamId: options.teamId ?? 'T01LOCAL',
  teamDomain: options.teamDomain ?? 'local',
  appId: 'A01ROLLBACK',
  botUserId: 'U01ROLLBACKBOT',
  botId: 'B01ROLLBACK',
  botToken: options.botToken ?? `xoxb-local-${secretPart()}`,
  appToken: options.appToken ?? `xapp-local-${secretPart()}`,
  signingSecret: options.signingSecret ?? secretPart(),
  scopes: new Set(options.scopes ?? DEFAULT_SCOPES),
});
