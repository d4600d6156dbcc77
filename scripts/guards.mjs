// `npm run test:guards`: removes one guard at a time in a copy of the repository, and prints the test that fails.
// A guard that no test misses makes the command fail. `npm test` shows that all tests pass with every guard in place.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GUARDS } from '../test/guards/guards.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const guards = GUARDS.filter(({ guard }) => words.length === 0 || words.some((word) => guard.includes(word)));
if (guards.length === 0) fail(`No guard has ${words.map((word) => `"${word}"`).join(' or ')} in its name.`);
const stale = GUARDS.map(staleness).filter((problem) => problem !== null);
if (stale.length > 0) fail(`These guards no longer match the code:\n${stale.join('\n')}`);

const copy = mkdtempSync(join(tmpdir(), 'rollback-guards-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
for (const file of files.split('\0').filter((name) => name !== '')) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  cpSync(join(root, file), join(copy, file));
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

let unnoticed = 0;
console.log('\n| guard | test that fails without it |\n|---|---|');
for (const guard of guards) {
  const path = join(copy, guard.file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(guard.find, () => guard.replace),
  );
  const failed = firstFailure(guard);
  writeFileSync(path, text);
  if (failed === null) unnoticed += 1;
  console.log(`| ${guard.guard} | ${failed ?? '**none**'} |`);
}
console.log(`\n${guards.length} guards removed one at a time; no test noticed ${unnoticed} of them`);
process.exitCode = unnoticed === 0 ? 0 : 1;

/** What is wrong with a guard's row, or null. Its text must occur exactly once: otherwise the patch removes nothing, or too much. */
function staleness({ guard, file, find, tests = [] }) {
  const missing = [file, ...tests].find((name) => !existsSync(join(root, name)));
  if (missing !== undefined) return `- ${guard}: ${missing} does not exist`;
  const times = readFileSync(join(root, file), 'utf8').split(find).length - 1;
  return times === 1 ? null : `- ${guard}: ${file} has its text ${times} times instead of once: ${find}`;
}

/** The first test that fails, or null. */
function firstFailure({ tests, named, trials, built }) {
  if (built) execFileSync('npm', ['run', 'build'], { cwd: copy, stdio: 'ignore' });
  return trials ? failedTrial(trials) : failedTest(tests, named);
}

function failedTest(tests, named) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const filter = named ? ['-t', named] : [];
  const argv = ['run', ...tests, ...filter, '--reporter=json', `--outputFile=${report}`];
  const { status } = spawnSync('node_modules/.bin/vitest', argv, { cwd: copy, stdio: 'ignore' });
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(hasFailed);
  if (failed) return failed.fullName;
  const broken = testResults.find((file) => file.status === 'failed');
  if (broken) return fail(`This test file did not load. Does the patch compile? ${broken.message}`);
  if (status !== 0 || numPassedTests === 0) fail(`No test ran: ${tests.join(', ')} ${named ?? ''}`);
  return null;
}

function hasFailed({ status }) {
  return status === 'failed';
}

function failedTrial(trials) {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/faults.mjs', ...trials, '--first'], {
    cwd: copy,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) {
    if (/^0 trials/m.test(stdout)) fail(`No trial ran: ${trials.join(' ')}`);
    return null;
  }
  const found = /^ {2}(I\d: .*)$/m.exec(stdout)?.[1];
  return found
    ? `fault trial, ${found.slice(0, 120)}`
    : fail(`The trials did not run:\n${stdout.slice(-2000)}`);
}

function fail(why) {
  console.error(why);
  return process.exit(1);
}
