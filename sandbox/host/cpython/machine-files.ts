import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** The part of Emscripten's file system that is touched here; its own types leave the rest of it out. */
export interface EmscriptenFiles {
  ignorePermissions: boolean;
  readonly filesystems: { readonly NODEFS: NodeFiles };
  hashAddNode: (node: FileNode) => void;
  createNode: (parent: FileNode | null, name: string, mode: number) => FileNode;
  open: (path: FileNode | string, flags: number | string, mode?: number) => FileStream;
  readonly close: (stream: FileStream) => void;
  readonly mkdirTree: (path: string) => void;
  readonly mount: (type: NodeFiles, options: { readonly root: string }, at: string) => void;
  readonly streams: readonly (FileStream | null | undefined)[];
}

export interface FileStream {
  readonly fd: number;
  /** The descriptor behind it in this process; there is none behind a file that is only in memory. */
  readonly nfd?: number;
}

interface FileNode {
  readonly mount?: { readonly type: unknown };
  node_ops: unknown;
  stream_ops: unknown;
}

interface NodeFiles {
  readonly node_ops: unknown;
  readonly stream_ops: unknown;
  readonly tryFSOperation: <T>(operation: () => T) => T;
  createNode: (parent: FileNode | null, name: string, mode: number) => FileNode;
  getattr: (read: () => Stats) => unknown;
}

/**
 * `lib` is where the interpreter has its own modules and `dev` its own devices. Nothing that a site has is in either, but
 * a temporary directory may be in /dev/shm.
 */
const NOT_SHARED = ['dev', 'lib'];

/** Shows the interpreter this machine's files under their own names, and lets the kernel decide who may do what. */
export function shareFiles(files: EmscriptenFiles): void {
  correct(files);
  const shared = readdirSync('/').filter((name) => !NOT_SHARED.includes(name));
  for (const name of [...shared, 'dev/shm']) {
    const root = join('/', name);
    if (!isDirectory(root)) continue;
    files.mkdirTree(root);
    files.mount(files.filesystems.NODEFS, { root }, root);
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // A link to nowhere, or gone meanwhile.
    return false;
  }
}

/** NODEFS is made for one program that has a directory to itself. Here other processes change the same files. */
function correct(files: EmscriptenFiles): void {
  const { NODEFS } = files.filesystems;
  files.ignorePermissions = true;
  const { hashAddNode, open } = files;
  // It would remember for good what it has found once, also as the directory that has become a link since.
  files.hashAddNode = (node) => {
    if (node.mount?.type !== NODEFS) hashAddNode(node);
  };
  // It refuses sockets and pipes, also to a program that only asks what they are.
  NODEFS.createNode = (parent, name, mode) =>
    Object.assign(files.createNode(parent, name, mode), {
      node_ops: NODEFS.node_ops,
      stream_ops: NODEFS.stream_ops,
    });
  // It numbers files itself, by which one file would look like two, and rmtree would stop.
  NODEFS.getattr = (read) => {
    const { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks } =
      NODEFS.tryFSOperation(read);
    return { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks };
  };
  // It sets the mode of a new file afterwards, when the kernel no longer takes the umask off.
  files.open = (path, flags, mode = 0o666) => open(path, flags, mode & ~process.umask());
}

/** The files that the interpreter has open, apart from the three that every process has. */
export function openFiles(files: EmscriptenFiles): readonly FileStream[] {
  return files.streams.filter((stream) => stream !== null && stream !== undefined).filter(({ fd }) => fd > 2);
}
