import { onPath } from '../host/install-programs.ts';

/** Programs that the demo host uses, and the package of each. */
const NEEDED: Readonly<Record<string, string>> = {
  bash: 'bash',
  flock: 'util-linux',
  git: 'git',
  gzip: 'gzip',
  setsid: 'util-linux',
  sha256sum: 'coreutils',
  sync: 'coreutils',
  timeout: 'coreutils',
};

const INSTALLERS = [
  ['apt-get', 'apt-get install -y'],
  ['dnf', 'dnf install -y'],
  ['apk', 'apk add'],
  ['pacman', 'pacman -S --noconfirm'],
  ['zypper', 'zypper install -y'],
] as const;

/** Null if the demo can run here. Otherwise one line: what is missing and the command that installs it. */
export function missingRequirements(): string | null {
  if (process.platform !== 'linux') return 'The demo needs Linux: its host uses flock and /proc.';
  const missing = Object.keys(NEEDED).filter((name) => onPath(name) === null);
  if (missing.length === 0) return null;
  const packages = [...new Set(missing.map((name) => NEEDED[name]))].join(' ');
  const installer = INSTALLERS.find(([name]) => onPath(name) !== null)?.[1] ?? 'your package manager install';
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  return `The demo needs ${missing.join(', ')} on this machine. Install with: ${sudo}${installer} ${packages}`;
}
