/** Longer names are typing errors, and would not fit into a message. */
const LONGEST = 200;

/** What git forbids anywhere in the name of a ref: controls, the space, and what means something in a revision. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids these
const FORBIDDEN = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\.$/;

/**
 * Whether git takes this as the name of a tag: `git check-ref-format refs/tags/NAME`, and no dash in front, which would be an
 * option. So `release/1.2`, `prod@2026-11-30` and `theme_a/v0.5.0+build.7` are names.
 */
export function isTagName(text: string): boolean {
  if (text.length > LONGEST || text.startsWith('-') || FORBIDDEN.test(text)) return false;
  return text.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'));
}
