/** `{name}`, the two escaped braces, and a brace that is neither. */
const MARK = /\{\{|\}\}|\{([A-Za-z]+)\}|[{}]/g;

/** What is wrong with the placeholders of a text, to continue "should be …"; null: nothing. */
export function placeholderProblem(text: string, known: readonly string[]): string | null {
  for (const [mark, name] of text.matchAll(MARK)) {
    if (name !== undefined && !known.includes(name))
      return `a text with no placeholders but ${listOf(known)}; ${mark} is not one of them`;
    if (mark === '{' || mark === '}')
      return `a text whose braces belong to one of ${listOf(known)}; one brace stands alone (write {{ or }} for a brace itself)`;
  }
  return null;
}

/** The text with its placeholders filled in; one without a value becomes empty. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(MARK, (mark: string, name?: string) =>
    name === undefined ? mark.slice(0, 1) : (values[name] ?? ''),
  );
}

/** The name of the placeholder, if the text is nothing else; null otherwise. */
export function solePlaceholder(text: string): string | null {
  return /^\{([A-Za-z]+)\}$/.exec(text)?.[1] ?? null;
}

function listOf(known: readonly string[]): string {
  return known.map((name) => `{${name}}`).join(', ');
}
