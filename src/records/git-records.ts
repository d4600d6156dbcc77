import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Records, RecordsOutcome } from '../app/ports/records.ts';
import type { MatrixReading } from '../domain/matrix/compare.ts';
import type { Recording } from '../domain/records/recording.ts';
import type { RecordsPlace } from '../domain/site/records-repository.ts';
import { type Git, type GitLogin, openGit } from './git.ts';
import { runPullRequest } from './pull-request.ts';
import { writeRecording } from './write-recording.ts';

/** A site that is down waits no longer than this for the matrix. */
const FETCH_MS = 15_000;

/** A hanging server keeps each of them for minutes, in a slot that a worker could use for a site. */
const MOST_WRITING = 3;

const REF = 'refs/rollback-bot/records';

/** A bare repository of this process's own, made when first needed, and made again after trouble. */
interface Clone {
  use<T>(work: (git: Git) => Promise<T>): Promise<T>;
  drop(): Promise<void>;
}

function clone(repository: string, login: GitLogin): Clone {
  let made: Promise<Git> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  const prepared = async () => {
    const git = openGit(await mkdtemp(join(tmpdir(), 'rollback-records-')), login);
    await git.text(['init', '--quiet', '--bare']);
    // For the command that opens the pull request: it asks git which repository this is.
    await git.text(['config', 'remote.origin.url', repository]);
    return git;
  };
  const drop = async () => {
    const git = await made?.catch(() => null);
    made = null;
    git?.kill();
    if (git) await rm(git.folder, { recursive: true, force: true, maxRetries: 3 });
  };
  return {
    drop,
    // One at a time: two in the same folder would get in each other's way.
    use(work) {
      const next = last.then(async () => {
        made ??= prepared();
        try {
          return await work(await made);
        } catch (error) {
          // A clean-up of temporary folders may have taken half of it away.
          await drop();
          throw error;
        }
      });
      last = next.catch(() => undefined);
      return next;
    },
  };
}

/** The records in git, in folders of this process's own. Neither reading nor writing throws; the answer says why not. */
export function gitRecords(place: RecordsPlace, login: GitLogin): Records & { close(): Promise<void> } {
  const reader = clone(place.repository, login);
  const writer = clone(place.repository, login);
  let reading: Promise<MatrixReading> | null = null;
  let writing = 0;

  async function read(): Promise<MatrixReading> {
    try {
      return { kind: 'text', text: await reader.use((git) => readMatrix(git, place)) };
    } catch (error) {
      return { kind: 'unreachable', why: messageOf(error) };
    }
  }

  async function write(recording: Recording): Promise<RecordsOutcome> {
    if (writing >= MOST_WRITING) return { kind: 'busy' };
    writing += 1;
    try {
      return await writer.use(async (git) => {
        const { commit, branch, open } = await writeRecording(git, place, recording);
        if (!open) return { kind: 'written', commit, branch, pullRequest: null };
        const ours = `refs/heads/${branch}`;
        await git.text(['update-ref', ours, commit]);
        await git.text(['symbolic-ref', 'HEAD', ours]);
        const pullRequest = await runPullRequest(git.folder, place, recording);
        return { kind: 'written', commit, branch, pullRequest };
      });
    } catch (error) {
      return { kind: 'pending', why: messageOf(error) };
    } finally {
      writing -= 1;
    }
  }

  return {
    // Several plans at once share one fetch.
    matrix: () => {
      reading ??= read().finally(() => {
        reading = null;
      });
      return reading;
    },
    write,
    close: async () => {
      await Promise.all([reader.drop(), writer.drop()]);
    },
  };
}

async function readMatrix(git: Git, { repository, branch, matrix }: RecordsPlace): Promise<string> {
  const wanted = `+refs/heads/${branch}:${REF}`;
  const how = ['--quiet', '--depth=1', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await git.text(['fetch', ...how, '--', repository, wanted], { timeoutMs: FETCH_MS });
  return (await git.bytes(['cat-file', 'blob', `${REF}:${matrix}`])).toString('utf8');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
