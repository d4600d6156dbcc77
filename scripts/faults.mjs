// `npm run test:faults -- --trials N --seed S`: builds the product together with its trials, and runs them.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

rmSync('dist-faults', { recursive: true, force: true });
must(['node_modules/.bin/tsc', '-p', 'tsconfig.faults.json']);
for (const folder of ['switch', 'control', 'probes'])
  cpSync(`src/remote/${folder}`, `dist-faults/src/remote/${folder}`, { recursive: true });
const argv = ['--enable-source-maps', 'dist-faults/test/faults/main.js', ...process.argv.slice(2)];
const trials = spawn(process.execPath, argv, { stdio: 'inherit' });
// If only this script ended, it would leave bots, workers and hosts behind. A terminal sends its SIGINT to both anyway.
process.on('SIGTERM', () => trials.kill('SIGTERM'));
process.on('SIGINT', () => {});
trials.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

function must([program, ...argv]) {
  const { status } = spawnSync(program, argv, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
