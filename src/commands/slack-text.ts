const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };
const MARKUP = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;

/**
 * The text as it was typed: Slack sends people, channels and links as `<…>` and escapes `&`, `<` and `>`. A mention
 * becomes plain words, so that nobody is notified when the text is shown again.
 */
export function typedText(text: string): string {
  return text
    .replace(MARKUP, (_, sign: string, target: string, label: string | undefined) => {
      const shown = label ?? target;
      if (sign === '') return shown;
      const mark = sign === '#' ? '#' : '@';
      return shown.startsWith(mark) ? shown : `${mark}${shown}`;
    })
    .replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
