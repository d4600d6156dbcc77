import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordsPlace } from '../domain/site/records-repository.ts';
import { type GitLogin, openGit } from './git.ts';
import { fetchHeads, fileAt, tryPush } from './write-recording.ts';

/** What the doctor sees of the records. */
export interface RecordsFacts {
  /** null: there is no such file. */
  readonly matrix: string | null;
  readonly incidents: string | null;
  /** Whether the rolling branch is there. */
  readonly rolling: boolean;
  /** Why a push would be refused; null: it would not. */
  readonly pushProblem: string | null;
}

/** Reads the repository, and tries a push that changes nothing. Errors: throws with git's own text. */
export async function inspectRecords(place: RecordsPlace, login: GitLogin): Promise<RecordsFacts> {
  const folder = await mkdtemp(join(tmpdir(), 'rollback-records-'));
  const git = openGit(folder, login);
  try {
    await git.text(['init', '--quiet', '--bare']);
    const heads = await fetchHeads(git, place);
    const head = heads.rolling ?? heads.base;
    return {
      matrix: (await fileAt(git, heads.base, place.matrix))?.text ?? null,
      incidents: (await fileAt(git, heads.base, place.incidents))?.text ?? null,
      rolling: heads.rolling !== null,
      pushProblem: await tryPush(git, place, heads.rolling, head),
    };
  } finally {
    git.kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
