// Lets `npm test` work in a clean clone: installs from the lockfile where the tree has other dependencies than it names. By
// content, because git gives every file that it checks out the time of now.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

if (!isInstalled()) {
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  process.exit(npm.status ?? 1);
}

/** npm keeps beside the packages what it has installed; optional ones are those of other machines too. */
function isInstalled() {
  const installed = 'node_modules/.package-lock.json';
  if (!existsSync(installed)) return false;
  const [wanted, here] = ['package-lock.json', installed].map(packagesIn);
  const isSame = (path) =>
    wanted[path]?.integrity === here[path]?.integrity && wanted[path]?.version === here[path]?.version;
  const needed = Object.keys(wanted).filter((path) => path !== '' && !wanted[path].optional);
  return [...needed, ...Object.keys(here)].every(isSame);
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}
