/** One line of a unit's output, as the demo host stores it. */
export interface JournalEntry {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly program: string;
  readonly pid: number;
  readonly text: string;
}

export function journalLine({ at, program, pid, text }: JournalEntry): string {
  return `${at.toFixed(6)}\t${program}\t${pid}\t${text}\n`;
}

export function readJournal(file: string): readonly JournalEntry[] {
  return file
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [at, program = '', pid, ...text] = line.split('\t');
      return { at: Number(at), program, pid: Number(pid), text: text.join('\t') };
    });
}
