export const WIDTH = 100;

/** Breaks a paragraph at spaces so that no line is wider than `width`. A longer word gets its own line. */
export function wrap(text: string, width: number, continued = ''): readonly string[] {
  const lines: string[] = [];
  let [line = '', ...words] = text.split(/(?<=\S) /);
  for (const word of words) {
    if (line.length + 1 + word.length <= width) {
      line = `${line} ${word}`;
    } else {
      lines.push(line);
      line = `${continued}${word}`;
    }
  }
  return [...lines, line];
}
