import { isObject, type JsonObject, objectOf, objectsOf, stringOf } from './json.ts';
import type { Message, Modal } from './model.ts';

/**
 * What a person reads, one line for each visible thing. Slack shows blocks instead of the text, so a message with blocks
 * leaves out its fallback text. Markup stays as it was written; escapes are resolved.
 */
export const plainText = (shown: Message | Modal): string =>
  'view' in shown ? viewText(shown) : messageText(shown);

const messageText = (message: Message): string =>
  lines([
    ...(message.blocks.length > 0 ? message.blocks.map(blockText) : [unescaped(message.text)]),
    ...message.files.map((file) => `[file ${file.name}] ${file.title}`),
  ]);

const viewText = ({ view, errors }: Modal): string =>
  lines([
    text(view['title']),
    ...objectsOf(view['blocks']).flatMap((block) => [
      blockText(block),
      errors[stringOf(block['block_id'])] ?? '',
    ]),
    ...[view['close'], view['submit']].filter(isObject).map((label) => `[${text(label)}]`),
  ]);

const blockText = (block: JsonObject): string => {
  switch (block['type']) {
    case 'section':
      return lines([
        text(block['text']),
        ...objectsOf(block['fields']).map(text),
        elementText(block['accessory']),
      ]);
    case 'header':
      return text(block['text']);
    case 'divider':
      return '---';
    case 'context':
      return objectsOf(block['elements']).map(contextText).join(' ');
    case 'actions':
      return lines(objectsOf(block['elements']).map(elementText));
    case 'input':
      return lines([text(block['label']), elementText(block['element']), text(block['hint'])]);
    case 'image':
      return `[image ${stringOf(block['alt_text'])}]`;
    case 'rich_text':
      return lines(objectsOf(block['elements']).map(richText));
    case 'plan':
      return lines([stringOf(block['title']), ...objectsOf(block['tasks']).map(taskText)]);
    case 'task_card':
      return taskText(block);
    default:
      return '';
  }
};

const taskText = (task: JsonObject): string =>
  lines([
    `(${stringOf(task['status'])}) ${stringOf(task['title'])}`,
    ...[task['details'], task['output']].filter(isObject).map(blockText),
  ]);

const contextText = (element: JsonObject): string =>
  element['type'] === 'image' ? `[image ${stringOf(element['alt_text'])}]` : text(element);

const elementText = (value: unknown): string => {
  const element = objectOf(value);
  const parts = [confirmText(element['confirm'])];
  switch (element['type']) {
    case 'button':
      return lines([`[${text(element['text'])}]`, ...parts]);
    case 'static_select':
    case 'users_select':
      return lines([`[${text(element['placeholder']) || 'Select'}]`, ...optionTexts(element), ...parts]);
    case 'radio_buttons':
    case 'checkboxes':
      return lines([...optionTexts(element), ...parts]);
    case 'plain_text_input':
      return stringOf(element['initial_value']) || text(element['placeholder']);
    case 'image':
      return `[image ${stringOf(element['alt_text'])}]`;
    default:
      return '';
  }
};

export const optionsOf = (element: JsonObject): readonly JsonObject[] => [
  ...objectsOf(element['options']),
  ...objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options'])),
];

const optionTexts = (element: JsonObject): readonly string[] =>
  optionsOf(element).map(
    (option) => `- ${[text(option['text']), text(option['description'])].filter(Boolean).join(': ')}`,
  );

const confirmText = (value: unknown): string => {
  if (!isObject(value)) return '';
  const { title, body, confirm, deny } = confirmOf(value);
  return `{${title}: ${body} [${confirm}] [${deny}]}`;
};

/** The words of a confirmation dialog. */
export interface ConfirmDialog {
  readonly title: string;
  readonly body: string;
  readonly confirm: string;
  readonly deny: string;
}

export const confirmOf = (confirm: JsonObject): ConfirmDialog => ({
  title: text(confirm['title']),
  body: text(confirm['text']),
  confirm: text(confirm['confirm']),
  deny: text(confirm['deny']),
});

const richText = (element: JsonObject): string => {
  const children = objectsOf(element['elements']);
  switch (element['type']) {
    case 'rich_text_list':
      return lines(
        children.map(
          (child, at) => `${element['style'] === 'ordered' ? `${at + 1}.` : '-'} ${richText(child)}`,
        ),
      );
    default:
      return children.map(inlineText).join('');
  }
};

const inlineText = (element: JsonObject): string => {
  const found = ['text', 'url', 'fallback']
    .map((key) => stringOf(element[key]))
    .find((value) => value !== '');
  if (found !== undefined) return found;
  if (element['type'] === 'user') return `<@${stringOf(element['user_id'])}>`;
  if (element['type'] === 'usergroup') return `<!subteam^${stringOf(element['usergroup_id'])}>`;
  if (element['type'] === 'channel') return `<#${stringOf(element['channel_id'])}>`;
  if (element['type'] === 'broadcast') return `@${stringOf(element['range'])}`;
  return element['type'] === 'emoji' ? `:${stringOf(element['name'])}:` : '';
};

/** The words of a text object. */
export const text = (value: unknown): string => unescaped(stringOf(objectOf(value)['text']));

const unescaped = (value: string): string =>
  value.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const lines = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n');
