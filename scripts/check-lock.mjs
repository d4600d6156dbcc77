// A lockfile must not name the host of the registry that made it: installs must work from any mirror.
import { readFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const hosts = new Set(
  Object.values(lock.packages)
    .map((entry) => entry.resolved)
    .filter(Boolean)
    .map((url) => new URL(url).host),
);
hosts.delete('registry.npmjs.org');
if (hosts.size > 0) {
  console.error(
    `package-lock.json: resolved from ${[...hosts].join(', ')}; run npm install with omit-lockfile-registry-resolved=true`,
  );
  process.exit(1);
}
