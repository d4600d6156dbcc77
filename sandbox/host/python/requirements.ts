/** One line of a requirements.txt: a name and the conditions for its version. */
export interface Requirement {
  readonly text: string;
  /** The name as in a distribution's directory. */
  readonly name: string;
  readonly conditions: readonly { readonly operator: string; readonly version: string }[];
}

export function parseRequirements(text: string): readonly Requirement[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const name = /^[\w.-]+/.exec(line)?.[0] ?? line;
      const rest = line.slice(name.length).replace(/^\[[^\]]*\]/, '');
      return {
        text: line,
        name: name.toLowerCase().replaceAll(/[-_.]+/g, '_'),
        conditions: [...rest.matchAll(/(==|>=|<=|<|>)\s*([\w.]+)/g)].map(
          ([, operator = '', version = '']) => ({
            operator,
            version,
          }),
        ),
      };
    });
}

export function matches({ conditions }: Requirement, version: string): boolean {
  return conditions.every((condition) => {
    const order = compareVersions(version, condition.version);
    switch (condition.operator) {
      case '==':
        return order === 0;
      case '>=':
        return order >= 0;
      case '<=':
        return order <= 0;
      case '<':
        return order < 0;
      default:
        return order > 0;
    }
  });
}

export function newest(versions: readonly string[]): string | null {
  return versions.toSorted(compareVersions).at(-1) ?? null;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
