import type { Demo } from './demo.ts';

/** The first thing that people read after `npm run demo`. */
export function welcome({ slack, host, redisSays }: Demo, seconds: number): string {
  const sites = host.sites.map(({ definition, url }) => `  ${definition.title.padEnd(16)}${url}/`);
  const ssh = `ssh -p ${host.port} -i ${host.privateKeyFile} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null`;
  return `
The demo is running (started in ${seconds} s). Open the local Slack in a browser:

  ${slack.origin}/

As Alice, type in #ops:

  /rollback acme-kitchens v0.5.0   Broken since v0.6.0, and so is its database. Then switch to Bob
                                   or Dana, read the card and press Approve.
  /rollback birch-bakery v0.5.0    Healthy. Only code changes, so Alice presses Start herself.
  /rollback help                   All commands.

Carol has no rights. Mia works for the client and sees only #acme-status.

The two sites as visitors see them (add health/ to see what is wrong with Acme):

${sites.join('\n')}

To run a command on their host, in bash or sh:

  ${ssh} deploy@127.0.0.1 'ls -a ${host.places.sum}/acme-kitchens'

${redisSays}.
Ctrl-C stops the demo and removes everything that it made.
`;
}
