import type { Demo } from './demo.ts';

/** What somebody reads who has typed `npm run demo` for the first time. */
export function welcome({ slack, host, redisSays }: Demo, seconds: number): string {
  const sites = host.sites.map(({ definition, url }) => `  ${definition.title.padEnd(16)}${url}/`);
  const ssh = `ssh -p ${host.port} -i ${host.privateKeyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null`;
  return `
The demo is running (started in ${seconds} s). Open the local Slack in a browser:

  ${slack.origin}/

Alice, in #ops, types:

  /rollback acme-kitchens v0.5.0   Broken since v0.6.0, database included. Alice asks; then switch
                                   to Bob or Dana, read the card and press Approve.
  /rollback birch-bakery v0.5.0    Healthy; only code changes. Alice presses Start herself.
  /rollback help                   What else there is.

Carol may do nothing. Mia works for the client and sees #acme-status only.

The two sites, as their visitors see them (add health/ for what is wrong with Acme):

${sites.join('\n')}

Commands on their host, in bash or sh:

  ${ssh} deploy@127.0.0.1 'ls -a ${host.places.sum}/acme-kitchens'

${redisSays}.
Ctrl-C ends the demo and removes everything that it made.
`;
}
