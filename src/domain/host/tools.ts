/** What the bot's commands need on a host, and the Debian package of each. */
const PACKAGES = {
  bash: 'bash',
  curl: 'curl',
  env: 'coreutils',
  flock: 'util-linux',
  git: 'git',
  gzip: 'gzip',
  pg_dump: 'postgresql-client',
  psql: 'postgresql-client',
  python3: 'python3',
  setsid: 'util-linux',
  sh: 'dash',
  sha256sum: 'coreutils',
  sudo: 'sudo',
  sync: 'coreutils',
  systemctl: 'systemd',
  timeout: 'coreutils',
} as const satisfies Readonly<Record<string, string>>;

/** Nothing else is ever proposed to be installed, whatever a host says that it lacks. */
export function isTool(name: string): name is keyof typeof PACKAGES {
  return Object.hasOwn(PACKAGES, name);
}

export function packagesOf(tools: readonly string[]): readonly string[] {
  return [...new Set(tools.filter(isTool).map((tool) => PACKAGES[tool]))];
}
