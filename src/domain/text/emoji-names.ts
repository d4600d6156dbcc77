/** `:name:`, but not the minutes of `02:20:01`. */
const EMOJI = /:(?!(?<=\d:)\d\d:\d)(?=[\p{L}\p{N}_+'-]+:)/gu;

/** Slack and Git forges show `:x:` as a picture, and know no way to escape it: another character that looks the same stays text. */
export function withoutEmojiNames(text: string): string {
  return text.replaceAll(EMOJI, '∶');
}
