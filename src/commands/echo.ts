const ECHO_LENGTH = 60;

/**
 * What a person typed, as part of our own sentence: short, on one line, and unable to leave its backticks. Whoever writes
 * the message escapes `&`, `<` and `>` for Slack.
 */
export function echo(text: string): string {
  const plain = text.replace(/[`\s\p{C}]+/gu, (odd) => (odd.includes('`') ? "'" : ' ')).trim();
  if (plain === '') return '`(empty)`';
  const characters = Array.from(plain);
  const short = characters.length > ECHO_LENGTH ? `${characters.slice(0, ECHO_LENGTH - 1).join('')}…` : plain;
  return `\`${short}\``;
}
