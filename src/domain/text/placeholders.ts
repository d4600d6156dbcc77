/** `{name}`, the two ways to write a brace itself, and a brace that is none of these. */
const MARK = /\{\{|\}\}|\{([A-Za-z]+)\}|[{}]/g;

/** What is wrong with the placeholders of a text, to be read after "should be"; null: nothing. */
export function placeholderProblem(text: string, known: readonly string[]): string | null {
  for (const [mark, name] of text.matchAll(MARK)) {
    if (name !== undefined && !known.includes(name))
      return `a text whose placeholders are among ${listOf(known)}; ${mark} is none of them`;
    if (mark === '{' || mark === '}')
      return `a text whose braces belong to one of ${listOf(known)}, and {{ or }} where a brace itself is meant; one brace stands alone`;
  }
  return null;
}

/** The text with its placeholders filled in; one without a value becomes nothing. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(MARK, (mark: string, name?: string) =>
    name === undefined ? mark.slice(0, 1) : (values[name] ?? ''),
  );
}

/** The name of the placeholder that is all of this text; null: it is something else. */
export function solePlaceholder(text: string): string | null {
  return /^\{([A-Za-z]+)\}$/.exec(text)?.[1] ?? null;
}

function listOf(known: readonly string[]): string {
  return known.map((name) => `{${name}}`).join(', ');
}
