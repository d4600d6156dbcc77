const ESC = String.fromCharCode(27);
const CSI = String.fromCharCode(0x9b);
const BEL = String.fromCharCode(7);

/**
 * Terminal codes: colours and cursor movements, titles and links (to their end, at most one line), and the short ones.
 */
const TERMINAL = new RegExp(
  [
    `(?:${ESC}\\[|${CSI})[0-?]{0,64}[ -/]{0,8}[@-~]`,
    `${ESC}[\\]PX^_][^${BEL}${ESC}\\n]{0,2000}(?:${BEL}|${ESC}\\\\)`,
    `${ESC}[ -/]{1,4}[0-~]`,
    `${ESC}[0-OQ-WYZ\\\\a-~]`,
  ].join('|'),
  'g',
);

/** Text without terminal codes. */
export function withoutTerminalCodes(text: string): string {
  return text.includes(ESC) || text.includes(CSI) ? text.replaceAll(TERMINAL, '') : text;
}
