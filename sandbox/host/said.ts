/** What a stand-in passes on from what it stands in front of: a program's end, as its caller sees it. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Parses an answer. By hand, because loading a parser takes longer than all the rest of a stand-in, and the host starts
 * them by the hundred. Errors: where it is something else.
 */
export function parseSaid(answer: unknown): Said {
  if (
    typeof answer === 'object' &&
    answer !== null &&
    'code' in answer &&
    'stdout' in answer &&
    'stderr' in answer
  ) {
    const { code, stdout, stderr } = answer;
    if (typeof code === 'number' && typeof stdout === 'string' && typeof stderr === 'string')
      return { code, stdout, stderr };
  }
  throw new Error('the answer is none');
}

/** Says it, and ends this process as it says. */
export function repeat({ code, stdout, stderr }: Said): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
