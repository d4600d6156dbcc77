import { carryRows, type Edited, editMatrix } from '../domain/matrix/edit.ts';
import { carryIncidents, insertIncident } from '../domain/records/incident.ts';
import type { Recording } from '../domain/records/recording.ts';
import type { RecordsPlace } from '../domain/site/records-repository.ts';
import { hostText } from '../domain/text/host-text.ts';
import type { Git } from './git.ts';
import type { ProgramEnd } from './program.ts';

export interface WrittenRecording {
  /** 40-hex. */
  readonly commit: string;
  readonly branch: string;
  /** People have not yet merged it into their branch. */
  readonly open: boolean;
}

/** The first fetch of a big repository takes its time, and nobody waits for it. */
const FETCH_MS = 120_000;
const PUSH_MS = 60_000;
/** How often someone else may push first before we give up. */
const MOST_TRIES = 5;

/**
 * Puts a run's row and entry into one commit at the end of the rolling branch, unless a commit or an entry already names the
 * run. The push succeeds only if the branch is still what the commit was built on; otherwise builds it again on the new
 * head. Errors: throws a sentence. If the push did arrive after all, the next call finds it.
 */
export async function writeRecording(
  git: Git,
  place: RecordsPlace,
  recording: Recording,
): Promise<WrittenRecording> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const heads = await fetchHeads(git, place);
    const known = await findRecording(git, place, heads, recording);
    if (known !== null) return known;
    const start = await startingPoint(git, place, heads);
    const commit = await commitRecording(git, place, start, recording);
    const end = await pushTo(git, place, heads.rolling, commit);
    if (end.code === 0) return { commit, branch: place.rollingBranch, open: true };
    const now = await remoteHeads(git, place);
    if (now.rolling === heads.rolling) throw new Error(pushRefused(end));
  }
  throw new Error(`others keep pushing to ${place.rollingBranch}`);
}

interface Heads {
  readonly base: string;
  /** null: there is no such branch. */
  readonly rolling: string | null;
}

async function remoteHeads(git: Git, place: RecordsPlace): Promise<Heads> {
  const { repository, branch, rollingBranch } = place;
  const names = [branch, rollingBranch].map((name) => `refs/heads/${name}`);
  const listed = await git.text(['ls-remote', '--', repository, ...names], { timeoutMs: FETCH_MS });
  const lines = listed.split('\n').map((line) => line.split('\t'));
  const [base, rolling] = names.map((name) => lines.find(([, ref]) => ref === name)?.[0] ?? null);
  if (base === null || base === undefined) throw new Error(`the repository has no branch ${branch}`);
  return { base, rolling: rolling ?? null };
}

/** The present heads of both branches, fetched. Errors: throws with git's own text. */
export async function fetchHeads(git: Git, place: RecordsPlace): Promise<Heads> {
  const heads = await remoteHeads(git, place);
  const wanted = [place.branch, ...(heads.rolling === null ? [] : [place.rollingBranch])];
  const refs = wanted.map((name) => `+refs/heads/${name}:${tracking(name)}`);
  const how = ['--quiet', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
  await git.text(['fetch', ...how, '--', place.repository, ...refs], { timeoutMs: FETCH_MS });
  // They may have moved since we listed them.
  const fetched = (name: string) => git.text(['rev-parse', '--verify', `${tracking(name)}^{commit}`]);
  return {
    base: await fetched(place.branch),
    rolling: heads.rolling === null ? null : await fetched(place.rollingBranch),
  };
}

function tracking(branch: string): string {
  return `refs/remotes/origin/${branch}`;
}

/** Finds the commit that names the run, or the entry: people may have merged it in a way that keeps no commit of ours. */
async function findRecording(
  git: Git,
  place: RecordsPlace,
  { base, rolling }: Heads,
  recording: Recording,
): Promise<WrittenRecording | null> {
  const marks = trailers(recording);
  const log = ['log', '--fixed-strings', `--grep=${marks[0]}`, '--format=%H%n%B%x00', base];
  const found = (await git.text([...log, ...(rolling === null ? [] : [rolling])]))
    .split('\0')
    .map((entry) =>
      entry
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    )
    .find((lines) => marks.every((mark) => lines.includes(mark)))?.[0];
  if (found !== undefined) {
    const open = !(await isAncestor(git, found, base));
    return { commit: found, branch: open ? place.rollingBranch : place.branch, open };
  }
  for (const head of [rolling, base]) {
    const entries = head === null ? null : await fileAt(git, head, place.incidents);
    if (head !== null && entries?.text.includes(recording.mark))
      return {
        commit: head,
        branch: head === base ? place.branch : place.rollingBranch,
        open: head !== base,
      };
  }
  return null;
}

/** What a commit is made of. */
interface Content {
  readonly parents: readonly string[];
  /** The commit that everything except the two files is taken from. */
  readonly tree: string;
  readonly matrix: string;
  readonly incidents: string;
}

/**
 * The parent of the next commit: the rolling branch while it holds something that people have not merged, otherwise their
 * own branch. If people changed the two files meanwhile, their branch is merged first, row by row and entry by entry.
 */
async function startingPoint(git: Git, place: RecordsPlace, { base, rolling }: Heads): Promise<string> {
  if (rolling === null || (await isAncestor(git, rolling, base))) return base;
  if (await isAncestor(git, base, rolling)) return rolling;
  const common = await git.run(['merge-base', base, rolling]);
  const origin = common.stdout.toString('utf8').trim();
  if (common.code !== 0 || origin === '')
    throw new Error(
      `${place.rollingBranch} has no commit in common with ${place.branch}; delete ${place.rollingBranch}`,
    );
  const ours = [place.matrix, place.incidents];
  const theirs = await changedSince(git, origin, base);
  const onBranch = await changedSince(git, origin, rolling);
  // If others changed the rolling branch, a person must merge. If people changed only other files, no merge is needed.
  if (!ours.some((path) => theirs.includes(path)) || !onBranch.every((path) => ours.includes(path)))
    return rolling;
  const read = (path: string) =>
    Promise.all([origin, rolling, base].map(async (commit) => (await needed(git, commit, path)).text));
  const [rowsBefore = '', rowsOnBranch = '', rowsNow = ''] = await read(place.matrix);
  const [logBefore = '', logOnBranch = '', logNow = ''] = await read(place.incidents);
  return commitFiles(
    git,
    place,
    {
      parents: [rolling, base],
      tree: base,
      matrix: textOf(carryRows(rowsBefore, rowsOnBranch, rowsNow)),
      incidents: carryIncidents(logBefore, logOnBranch, logNow),
    },
    `Merge branch '${place.branch}' into ${place.rollingBranch}\n`,
  );
}

async function changedSince(git: Git, from: string, to: string): Promise<readonly string[]> {
  const names = await git.text(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to]);
  return names.split('\0').filter((name) => name !== '');
}

async function commitRecording(
  git: Git,
  place: RecordsPlace,
  parent: string,
  recording: Recording,
): Promise<string> {
  const matrix = (await needed(git, parent, place.matrix)).text;
  const incidents = (await needed(git, parent, place.incidents)).text;
  return commitFiles(
    git,
    place,
    {
      parents: [parent],
      tree: parent,
      matrix: recording.row === null ? matrix : textOf(editMatrix(matrix, recording.row)),
      incidents: insertIncident(incidents, recording.entry),
    },
    `${recording.title}\n\nWritten by rollback-bot.\n\n${[...trailers(recording), recordTrailer(recording)].join('\n')}\n`,
  );
}

function trailers({ run, requestedAt }: Recording): readonly [string, string] {
  return [`Rollback-Run: ${run}`, `Rollback-Requested: ${requestedAt}`];
}

/** `audit verify --log` compares it with the record. */
function recordTrailer({ run, endEntry }: Recording): string {
  return `Rollback-Record: ${run} ${endEntry.seq} ${endEntry.hash}`;
}

function textOf(edited: Edited): string {
  if (edited.kind === 'impossible') throw new Error(`${edited.why}; a person has to repair it`);
  return edited.text;
}

/** A commit made without a checkout: no hook, no filter and no line ending of this machine can touch the files. */
async function commitFiles(
  git: Git,
  place: RecordsPlace,
  content: Content,
  message: string,
): Promise<string> {
  const env = { GIT_INDEX_FILE: `${git.folder}/records-index` };
  await git.text(['read-tree', content.tree], { env });
  const files = [
    [place.matrix, content.matrix],
    [place.incidents, content.incidents],
  ] as const;
  for (const [path, text] of files) {
    const { mode } = await needed(git, content.tree, path);
    const blob = await git.text(['hash-object', '-w', '--stdin'], { input: text });
    await git.text(['update-index', '--add', '--cacheinfo', `${mode},${blob},${path}`], { env });
  }
  const tree = await git.text(['write-tree'], { env });
  const parents = content.parents.flatMap((parent) => ['-p', parent]);
  const { name, email } = place.author;
  return git.text(['commit-tree', tree, ...parents], {
    input: message,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    },
  });
}

/** Only a commit built on `expected` gets through, so the branch never loses commits that others have pushed. */
function pushTo(
  git: Git,
  place: RecordsPlace,
  expected: string | null,
  commit: string,
  ...more: readonly string[]
): Promise<ProgramEnd> {
  const ref = `refs/heads/${place.rollingBranch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ''}`;
  return git.run(
    ['push', lease, ...more, '--porcelain', '--no-verify', '--', place.repository, `${commit}:${ref}`],
    { timeoutMs: PUSH_MS },
  );
}

/** Everything of a push except the push itself. Null: it would succeed; the hooks of the other side are not asked. */
export async function tryPush(
  git: Git,
  place: RecordsPlace,
  expected: string | null,
  commit: string,
): Promise<string | null> {
  const end = await pushTo(git, place, expected, commit, '--dry-run');
  return end.code === 0 ? null : pushRefused(end);
}

/** `pre-receive hook declined (protected branch)`: git's reason, and what the other side's programs wrote. */
function pushRefused({ stdout, stderr, code }: ProgramEnd): string {
  const reason = /^!\t.*\[[^\]]*\] \((.*)\)$/m.exec(stdout.toString('utf8'))?.[1];
  const remote = /^remote: *(\S.*?) *$/m.exec(stderr)?.[1];
  const first = stderr
    .trim()
    .split('\n')[0]
    ?.replace(/^(?:fatal|error): /, '');
  const why = oneLine(reason ?? (first || `git stopped with ${code}`));
  const said = oneLine(remote ?? '');
  return `the push was refused: ${why}${said === '' || said === why ? '' : ` (${said})`}`;
}

function oneLine(text: string): string {
  return hostText(text).replaceAll(/\s+/g, ' ').slice(0, 200);
}

async function isAncestor(git: Git, older: string, newer: string): Promise<boolean> {
  return (await git.run(['merge-base', '--is-ancestor', older, newer])).code === 0;
}

interface StoredFile {
  readonly mode: string;
  readonly text: string;
}

async function needed(git: Git, commit: string, path: string): Promise<StoredFile> {
  const file = await fileAt(git, commit, path);
  if (file === null) throw new Error(`there is no file ${path}`);
  return file;
}

/** null: there is no such file. Errors: throws if it is no plain file, or not text. */
export async function fileAt(git: Git, commit: string, path: string): Promise<StoredFile | null> {
  const listed = await git.text(['ls-tree', '-z', '--full-tree', commit, '--', path]);
  if (listed === '') return null;
  const [, mode = '', blob = ''] = /^(\d+) \w+ ([0-9a-f]+)\t/.exec(listed) ?? [];
  if (mode !== '100644' && mode !== '100755') throw new Error(`${path} is no plain file`);
  const bytes = await git.bytes(['cat-file', 'blob', blob]);
  try {
    return { mode, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    throw new Error(`${path} is not UTF-8`);
  }
}
