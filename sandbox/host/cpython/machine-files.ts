import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** The part of Emscripten's file system that this file uses. Its published types lack it. */
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
  /** Its descriptor in this process; undefined for a file that is only in memory. */
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
 * The interpreter has its own modules in `lib` and its own devices in `dev`. No site has files there, but a temporary
 * directory may be in /dev/shm.
 */
const NOT_SHARED = ['dev', 'lib'];

/** Shows the interpreter this machine's files under the same paths. The kernel decides about rights. */
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
    // A broken link, or gone meanwhile.
    return false;
  }
}

/** NODEFS is made for a program that has its directory to itself. Here other processes change the same files. */
function correct(files: EmscriptenFiles): void {
  const { NODEFS } = files.filesystems;
  files.ignorePermissions = true;
  const { hashAddNode, open } = files;
  // It caches each path for ever, even if a directory has become a link since.
  files.hashAddNode = (node) => {
    if (node.mount?.type !== NODEFS) hashAddNode(node);
  };
  // It refuses sockets and pipes, even if a program only calls stat.
  NODEFS.createNode = (parent, name, mode) =>
    Object.assign(files.createNode(parent, name, mode), {
      node_ops: NODEFS.node_ops,
      stream_ops: NODEFS.stream_ops,
    });
  // It gives files its own numbers. One file would look like two, and rmtree would stop.
  NODEFS.getattr = (read) => {
    const { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks } =
      NODEFS.tryFSOperation(read);
    return { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks };
  };
  // It sets the mode of a new file after creating it, and the kernel applies the umask only when it creates a file.
  files.open = (path, flags, mode = 0o666) => open(path, flags, mode & ~process.umask());
}

/** The files that the interpreter has open, without standard input, output and error. */
export function openFiles(files: EmscriptenFiles): readonly FileStream[] {
  return files.streams.filter((stream) => stream !== null && stream !== undefined).filter(({ fd }) => fd > 2);
}
