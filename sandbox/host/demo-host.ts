import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { call } from './call.ts';
import type { PythonQuestion } from './cpython/question.ts';
import type { Login } from './database/client.ts';
import { installPrograms } from './install-programs.ts';
import { cpythonSocket, databaseSocket, type Places, placesIn, SOCKET_PATH_MAX } from './places.ts';
import { killProcessesNaming } from './processes.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';
import type { Environment } from './shell.ts';
import { type SiteProxy, startSiteProxy } from './site-proxy.ts';
import { SITES, type SiteDefinition } from './sites/definitions.ts';
import { makeRepository } from './sites/make-repository.ts';
import { makeSite, type SiteOnDisk } from './sites/make-site.ts';
import { writePackages } from './sites/packages.ts';
import { writePlatformScripts } from './sites/platform-scripts.ts';
import { siteSocket, unitsOf } from './sites/site-units.ts';
import { startSshServer } from './ssh-server.ts';
import { startUnitManager, type UnitManager } from './units/manager.ts';

export const HOST_USER = 'deploy';

/** A host of the platform with two sites, in one temporary directory of this machine. */
export interface DemoHost {
  readonly places: Places;
  readonly port: number;
  readonly fingerprint: string;
  readonly privateKeyFile: string;
  readonly sites: readonly DemoSite[];
  /** The environment of every program on the host. */
  readonly environment: Environment;
  /** Begins to load its Python, so that the first probe does not have to wait. Returns at once. */
  readonly warmUp: () => void;
  /** Rejects if a part of the host ends on its own. */
  readonly died: Promise<never>;
  /** Ends everything that runs there. The caller removes the directory. */
  readonly stop: () => Promise<void>;
}

export interface DemoSite {
  readonly definition: SiteDefinition;
  readonly root: string;
  /** Its address for visitors. */
  readonly url: string;
  readonly login: Login;
  /** Its tags and their commits. */
  readonly releases: Readonly<Record<string, string>>;
}

const BUILT = fileURLToPath(new URL('../../dist-sandbox/host/', import.meta.url));

/** A program that does nothing. */
const NOTHING: PythonQuestion = { argv: ['-c', 'pass'], env: {}, cwd: '/' };

/** Builds and starts the host in an empty directory. That takes some seconds, most of them for PostgreSQL. */
export async function startDemoHost(directory: string): Promise<DemoHost> {
  const places = placesIn(directory);
  checkSocketPaths(places);
  const environment = environmentOf(places);
  const now = Math.floor(Date.now() / 1000);
  for (const folder of [places.home, places.sum, places.git, places.run])
    mkdirSync(folder, { recursive: true });
  installPrograms(places);
  writePackages(places);
  writePlatformScripts(places);
  const passwords = Object.fromEntries(SITES.map((site) => [site.database, randomBytes(12).toString('hex')]));
  const [database, python, repositories] = await Promise.all([
    startDatabase(places, environment, passwords),
    startServerProcess('Python', [`${BUILT}cpython/server.js`, cpythonSocket(places)], environment),
    Promise.all(SITES.map((site) => makeRepository(places, environment, site, now))),
  ]);
  const units = await startUnitManager(places);
  const onDisk = await Promise.all(
    SITES.map((site) =>
      makeSite(site, { places, environment, now, password: passwords[site.database] ?? '' }),
    ),
  );
  const sites = await Promise.all(onDisk.map((site) => openSite(site, places, environment, units)));
  const died = Promise.race([database.died, python.died]);
  died.catch(() => undefined);
  const ssh = await startSshServer({ user: HOST_USER, cwd: places.home, environment });
  const privateKeyFile = `${directory}/id_ed25519`;
  writeFileSync(privateKeyFile, ssh.privateKey, { mode: 0o600 });
  return {
    places,
    port: ssh.port,
    fingerprint: ssh.fingerprint,
    privateKeyFile,
    environment,
    sites: sites.map(({ site, proxy }, at) => ({
      ...site,
      url: proxy.url,
      releases: repositories[at] ?? {},
    })),
    // If it cannot be loaded, its process ends and says why.
    warmUp: () => void call(cpythonSocket(places), NOTHING).catch(() => undefined),
    died,
    stop: async () => {
      for (const { proxy } of sites) proxy.close();
      await ssh.close();
      await units.close();
      await killProcessesNaming(directory);
    },
  };
}

function environmentOf(places: Places): Environment {
  return {
    PATH: `${places.bin}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
    HOME: places.home,
    USER: HOST_USER,
    LOGNAME: HOST_USER,
    SHELL: '/bin/sh',
    LC_ALL: 'C.UTF-8',
    // The git configuration of this machine's user must not reach the host.
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
}

function checkSocketPaths(places: Places): void {
  const longest = [databaseSocket(places.database), ...SITES.map(({ slug }) => siteSocket(places, slug))];
  if (longest.some((path) => path.length > SOCKET_PATH_MAX))
    throw new Error(
      `the path of the temporary directory is too long for a socket (${places.base}); set TMPDIR=/tmp`,
    );
}

async function startDatabase(
  places: Places,
  environment: Environment,
  passwords: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const rolesFile = `${places.run}/roles.json`;
  writeFileSync(rolesFile, JSON.stringify(passwords), { mode: 0o600 });
  const argv = [`${BUILT}database/server.js`, databaseSocket(places.database), rolesFile];
  return startServerProcess('database', argv, environment);
}

async function openSite(
  site: SiteOnDisk,
  places: Places,
  environment: Environment,
  units: UnitManager,
): Promise<{ readonly site: SiteOnDisk; readonly proxy: SiteProxy }> {
  for (const definition of unitsOf(site, places, environment)) units.add(definition).start();
  return { site, proxy: await startSiteProxy(site.root, siteSocket(places, site.definition.slug)) };
}
