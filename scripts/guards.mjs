// `npm run test:guards`: removes one guard after the other, in a copy, and says which test turns red. None may stay green.
// `npm test` shows that every test is green with all guards in place.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GUARDS } from '../test/guards/guards.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const words = process.argv.slice(2);
const guards = GUARDS.filter(({ guard }) => words.length === 0 || words.some((word) => guard.includes(word)));
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

let green = 0;
console.log('\n| guard | test that turns red |\n|---|---|');
for (const guard of guards) {
  const path = join(copy, guard.file);
  const text = readFileSync(path, 'utf8');
  const times = text.split(guard.find).length - 1;
  if (times !== 1)
    fail(`${guard.guard}: its text is ${times} times in ${guard.file}, but must be there exactly once`);
  writeFileSync(
    path,
    text.replace(guard.find, () => guard.replace),
  );
  const turned = red(guard);
  writeFileSync(path, text);
  if (turned === null) green += 1;
  console.log(`| ${guard.guard} | ${turned ?? '**none: nothing would notice**'} |`);
}
console.log(`\n${guards.length} guards removed, ${green} of them without a red test`);
process.exitCode = green === 0 ? 0 : 1;

/** The first test that fails, or null. */
function red({ tests, named, trials, built }) {
  if (built) execFileSync('npm', ['run', 'build'], { cwd: copy, stdio: 'ignore' });
  return trials ? redTrial(trials) : redTest(tests, named);
}

function redTest(tests, named) {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  const filter = named ? ['-t', named] : [];
  const argv = ['run', ...tests, ...filter, '--reporter=json', `--outputFile=${report}`];
  const { status } = spawnSync('node_modules/.bin/vitest', argv, { cwd: copy, stdio: 'ignore' });
  const { numPassedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(isRed);
  if (failed) return failed.fullName;
  const broken = testResults.find((file) => file.status === 'failed');
  if (broken) return fail(`a patch does not compile: ${broken.message}`);
  if (status !== 0 || numPassedTests === 0) fail(`nothing ran of ${tests.join(', ')} ${named ?? ''}`);
  return null;
}

function isRed({ status }) {
  return status === 'failed';
}

function redTrial(trials) {
  const { status, stdout } = spawnSync(process.execPath, ['scripts/faults.mjs', ...trials, '--first'], {
    cwd: copy,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) {
    if (/^0 trials/m.test(stdout)) fail(`no trial ran: ${trials.join(' ')}`);
    return null;
  }
  const found = /^ {2}(I\d: .*)$/m.exec(stdout)?.[1];
  return found
    ? `fault trial, ${found.slice(0, 120)}`
    : fail(`the trials did not run:\n${stdout.slice(-2000)}`);
}

function fail(why) {
  console.error(why);
  return process.exit(1);
}
