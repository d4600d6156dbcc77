import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Everything in a folder, in memory: nothing stays on the disk of a test run, however it ends. */
export interface KeptFolder {
  readonly folders: readonly string[];
  readonly files: readonly { readonly path: string; readonly mode: number; readonly content: Buffer }[];
}

/** Takes a folder into memory, and from the disk. */
export function takeFolder(folder: string): KeptFolder {
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  const pathOf = ({ parentPath, name }: { parentPath: string; name: string }) => join(parentPath, name);
  const kept = {
    folders: all.filter((one) => one.isDirectory()).map((one) => pathOf(one).slice(folder.length)),
    files: all
      .filter((one) => one.isFile())
      .map(pathOf)
      .map((path) => ({
        path: path.slice(folder.length),
        mode: statSync(path).mode,
        content: readFileSync(path),
      })),
  };
  rmSync(folder, { recursive: true });
  return kept;
}

export function putFolder(kept: KeptFolder, folder: string): void {
  for (const path of kept.folders) mkdirSync(join(folder, path), { recursive: true });
  for (const { path, mode, content } of kept.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content, { mode });
  }
}
