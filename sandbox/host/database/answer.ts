/** What the demo's database server tells a client, as psql would end. */
export interface DatabaseAnswer {
  /** 1 for a failed command, 2 for a refused connection, 3 for a stopped script. */
  readonly code: number;
  readonly stderr: string;
  /** Columns as text, as the server sends them. */
  readonly rows: readonly Row[];
  /** A dump, when one was asked for. */
  readonly text: string;
}

type Row = readonly (string | null)[];

/** Parses an answer, by hand for the reason of `parseSaid`. Errors: where it is something else. */
export function parseAnswer(answer: unknown): DatabaseAnswer {
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'code' in answer &&
    'stderr' in answer &&
    'rows' in answer &&
    'text' in answer
  ) {
    const { code, stderr, rows, text } = answer;
    if (typeof code === 'number' && typeof stderr === 'string' && areRows(rows) && typeof text === 'string')
      return { code, stderr, rows, text };
  }
  throw new Error('the answer is none');
}

function areRows(value: unknown): value is readonly Row[] {
  const isColumn = (column: unknown) => column === null || typeof column === 'string';
  return Array.isArray(value) && value.every((row) => Array.isArray(row) && row.every(isColumn));
}
