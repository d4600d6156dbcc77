import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Places } from './places.ts';

/** Built programs. The path is right from here and from the built copy of this file. */
const BUILT = fileURLToPath(new URL('../../dist-sandbox/host/programs/', import.meta.url));

/** Writes an executable that runs a built program, with some arguments before the caller's. */
export function installProgram(path: string, program: string, first: readonly string[]): void {
  const words = [process.execPath, join(BUILT, `${program}.js`), ...first].map(quoted).join(' ');
  executable(path, `#!/bin/sh\nexec ${words} "$@"\n`);
}

/** Installs the programs that come before this machine's own on the host's PATH. */
export function installPrograms(places: Places): void {
  mkdirSync(places.bin, { recursive: true });
  mkdirSync(places.python, { recursive: true });
  for (const [name, program] of [
    ['psql', 'psql'],
    ['pg_dump', 'pg-dump'],
    ['systemctl', 'systemctl'],
    ['journalctl', 'journalctl'],
    ['python3', 'python3'],
  ] as const)
    installProgram(join(places.bin, name), program, [places.base]);
  if (onPath('curl') === null) installProgram(join(places.bin, 'curl'), 'curl', [places.base]);
  for (const name of ['python3', 'python3.12'])
    installProgram(join(places.python, name), 'python', [places.base, join(places.python, '..')]);
  executable(join(places.bin, 'sudo'), SUDO);
}

/** Finds a program on this machine's own PATH. */
export function onPath(name: string): string | null {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => join(directory, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return found ?? null;
}

function executable(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Allows the sudoers lines of the platform, plus celery and the journal. Everything else asks for a password. */
const SUDO = `#!/bin/sh
ask=no
while :; do
  case $1 in
    -n) shift ;;
    -l) ask=yes; shift ;;
    *) break ;;
  esac
done
allowed=no
case $1:$2:$3:$# in
  systemctl:start:sum-*-gunicorn.service:3 | systemctl:start:sum-*-celery.service:3) allowed=yes ;;
  systemctl:stop:sum-*-gunicorn.service:3 | systemctl:stop:sum-*-celery.service:3) allowed=yes ;;
  systemctl:restart:sum-*-gunicorn.service:3 | systemctl:restart:sum-*-celery.service:3) allowed=yes ;;
  systemctl:reset-failed:sum-*-gunicorn.service:3 | systemctl:reset-failed:sum-*-celery.service:3) allowed=yes ;;
  journalctl:*) allowed=yes ;;
esac
if [ "$ask" = yes ]; then
  [ "$allowed" = yes ] || exit 1
  shift_first=$1
  printf '%s' "$(command -v "$shift_first")"
  shift
  printf ' %s' "$@"
  echo
  exit 0
fi
if [ "$allowed" = no ]; then
  echo 'sudo: a password is required' >&2
  exit 1
fi
exec "$@"
`;
