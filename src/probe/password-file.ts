import { open } from 'node:fs/promises';

const READABLE_BY_ALL = 0o004;
const LONGEST = 4096;

/** Reads a password when it is needed, and keeps it nowhere. Only the first line counts. A problem is a sentence. */
export async function readPassword(path: string): Promise<{ password: string } | { problem: string }> {
  try {
    const file = await open(path);
    try {
      if (((await file.stat()).mode & READABLE_BY_ALL) !== 0)
        return { problem: `${path} can be read by everyone on the bot's machine: run chmod o-r on it` };
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST));
      const [password = ''] = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/);
      return password === '' ? { problem: `${path} is empty` } : { password };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return { problem: `${path} cannot be read (${code})` };
  }
}
