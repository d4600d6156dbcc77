import type { Recording } from '../domain/records/recording.ts';
import type { RecordsPlace } from '../domain/site/records-repository.ts';
import { hostText } from '../domain/text/host-text.ts';
import { runProgram } from './program.ts';

const COMMAND_MS = 60_000;
/** How much of the command's output is kept, in characters. */
const LONGEST = 300;

/** Variables that the bot needs and the command does not. */
const OURS = /^(?:SLACK_|REDIS_URL$|APPROVAL_SECRET$)/;

export type PullRequestOutcome = { readonly said: string } | { readonly problem: string } | null;

/**
 * Runs the configured command in the clone, without a shell, with the run's data in its environment. It may run again for
 * the same run. Null: none is configured. Never throws: whatever the command says, the records are written.
 */
export async function runPullRequest(
  folder: string,
  { pullRequest, repository, branch, rollingBranch }: RecordsPlace,
  { run, title }: Recording,
): Promise<PullRequestOutcome> {
  const [file, ...argv] = pullRequest ?? [];
  if (file === undefined) return null;
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name))),
    ROLLBACK_RUN: run,
    ROLLBACK_REPOSITORY: repository,
    ROLLBACK_BRANCH: rollingBranch,
    ROLLBACK_BASE: branch,
    ROLLBACK_TITLE: title,
  };
  try {
    const end = await runProgram({ file, argv, env, cwd: folder, timeoutMs: COMMAND_MS });
    if (end.timedOut) return { problem: `${file} did not end within ${COMMAND_MS / 1000} s` };
    const stdout = end.stdout.toString('utf8');
    if (end.code === 0) return { said: /https?:\/\/\S+/.exec(hostText(stdout))?.[0] ?? lastLine(stdout) };
    return { problem: lastLine(end.stderr) || lastLine(stdout) || `${file} ended with ${end.code}` };
  } catch (error) {
    return {
      problem: lastLine(`can't run ${file}: ${error instanceof Error ? error.message : String(error)}`),
    };
  }
}

function lastLine(output: string): string {
  const lines = hostText(output).trim().split('\n');
  return (lines.at(-1) ?? '').trim().slice(0, LONGEST);
}
