import { secretPart } from './ids.js';
const DEFAULT_SCOPES = [
    'channels:read',
    'chat:write',
    'commands',
    'files:write',
    'groups:read',
    'im:read',
    'usergroups:read',
    'users:read',
];
export const installationOf = (options) => ({
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
