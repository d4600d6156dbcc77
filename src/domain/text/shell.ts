/**
 * One word for a POSIX shell, whatever it contains. Nothing is special between single quotes. A single quote itself ends the
 * quotes, follows escaped, and begins them again. Errors: throws on NUL, which no argument can contain.
 */
export function quote(word: string): string {
  if (word.includes('\0')) throw new Error('a command word cannot hold a NUL character');
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The same for a command that people paste: what needs no quotes has none. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/.test(word) ? word : quote(word);
}
