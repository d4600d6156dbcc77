// `npm run demo`: installs and builds whatever is missing or older than its source, then starts the demo in this process.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

must([process.execPath, 'scripts/ensure-installed.mjs']);
if (isOlder('dist/entry/cli.js', 'src')) must(['npm', 'run', '--silent', 'build']);
if (isOlder('dist-sandbox/demo/main.js', 'sandbox')) must(['npm', 'run', '--silent', 'build:sandbox']);
await import('../dist-sandbox/demo/main.js');

function must([program, ...argv]) {
  const { status } = spawnSync(program, argv, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function isOlder(built, source) {
  if (!existsSync(built)) return true;
  const newest = readdirSync(source, { recursive: true }).map((file) => statSync(join(source, file)).mtimeMs);
  return statSync(built).mtimeMs < Math.max(...newest);
}
