import { HostError } from '../../app/ports/host-error.ts';
import { readEnvironment } from '../../config/environment.ts';
import type { HostAddress } from '../../domain/site/site.ts';
import { discoverSites } from '../../ssh/discover.ts';
import { EXIT_CONFIGURATION, sshCredentials } from '../parts/setup.ts';
import { discoveredYaml } from './discover-yaml.ts';

const HOW_TO_TRUST = `On the host itself (on its console, not over this network), run
  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub
If it prints the same fingerprint, type this command again with --fingerprint SHA256:…`;

export interface DiscoverOptions {
  readonly fingerprint?: string;
  readonly root: string;
}

/** `deploy@10.0.0.5:22`; user and port may be left out. Null for anything else. */
export function parseHost(text: string): Pick<HostAddress, 'address' | 'port' | 'user'> | null {
  const found = /^(?:([a-z_][a-z0-9_-]*)@)?([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::(\d{1,5}))?$/.exec(
    text,
  );
  const port = Number(found?.[3] ?? 22);
  if (!found || port < 1 || port > 65_535) return null;
  return { user: found[1] ?? 'deploy', address: found[2] ?? '', port };
}

/** `rollback-bot discover <host>`: prints the YAML for the sites on a host. Needs no configuration yet. */
export async function discover(hostText: string, { fingerprint, root }: DiscoverOptions): Promise<void> {
  const host = parseHost(hostText);
  const environment = readEnvironment(process.env, {
    slack: false,
    approvals: false,
    redis: false,
    ssh: true,
  });
  const problems = [
    ...(host === null ? [`${hostText} is not a host: write USER@ADDRESS, or USER@ADDRESS:PORT.`] : []),
    ...(root.startsWith('/')
      ? []
      : [`--root ${root} is not an absolute path: write, for example, /srv/sum.`]),
    ...('problems' in environment ? environment.problems : []),
  ];
  if (host === null || 'problems' in environment || problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n`);
    process.exit(EXIT_CONFIGURATION);
  }
  const address = fingerprint === undefined ? host : { ...host, fingerprint };
  const found = await discoverSites(address, await sshCredentials(environment)(), root).catch(
    (error: unknown) => {
      if (!(error instanceof HostError)) throw error;
      throw new Error(
        error.failure === 'host-key-unknown' ? `${error.message}\n${HOW_TO_TRUST}` : error.message,
        { cause: error },
      );
    },
  );
  process.stdout.write(discoveredYaml(found, address, root));
}
