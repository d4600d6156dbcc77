/** How a program ended, as its caller sees it. A stand-in passes on what its server says. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Parses an answer. By hand, because loading a schema parser takes longer than the rest of a stand-in, and the host starts
 * hundreds of them. Errors: if it has another shape.
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
  throw new Error('the answer has the wrong shape');
}

/** Prints the output and ends this process with the code. */
export function repeat({ code, stdout, stderr }: Said): void {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
