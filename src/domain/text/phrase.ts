/** A person in a sentence, by id, because each place writes people in its own way. */
export interface Person {
  readonly person: string;
}

/** A sentence for people. Whoever shows it escapes its texts, because some may come from others. */
export type Phrase = string | readonly (string | Person)[];

export function person(id: string): Person {
  return { person: id };
}

/** Tag of a template: `` phrase`${person(id)} is already on it.` `` */
export function phrase(texts: TemplateStringsArray, ...values: readonly (string | Person)[]): Phrase {
  return texts.flatMap((text, index) => {
    const value = values[index];
    return value === undefined ? [text] : [text, value];
  });
}

/** The sentence, with people and texts as one place writes them. */
export function phraseText(
  words: Phrase,
  write: { readonly person: (id: string) => string; readonly text: (text: string) => string },
): string {
  if (typeof words === 'string') return write.text(words);
  return words
    .map((part) => (typeof part === 'string' ? spaced(part, write.text) : write.person(part.person)))
    .join('');
}

/** Writes a part of a sentence. The spaces at its ends belong to the sentence, even if a place writes texts without them. */
export function spaced(part: string, write: (text: string) => string): string {
  const [, before = '', inside = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(part) ?? [];
  return `${before}${write(inside)}${after}`;
}
