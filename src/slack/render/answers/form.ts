import type { ModalView, PlainTextOption } from '@slack/types';
import { type Site, siteKey } from '../../../domain/site/site.ts';
import { plainLine } from '../blocks/blocks.ts';

export const FORM_CALLBACK = 'rollback-form';

const MODES: readonly (readonly [string, string])[] = [
  ['auto', 'Let the bot choose'],
  ['full', 'Code and database'],
  ['code-only', 'Code only'],
  ['database-only', 'Database only'],
];

/** Slack refuses more options than this: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const MOST_OPTIONS = 100;

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const LONGEST_OPTION = 75;

/** The form that `/rollback` opens, alone or with only a site. `place` comes back with the answer. */
export function form(
  sites: readonly Site[],
  chosen: Site | null,
  place: { readonly channel: string; readonly isDirect: boolean },
): ModalView {
  // The chosen site comes first: it must be among the options, however many sites there are.
  const offered = chosen === null ? sites : [chosen, ...sites.filter((site) => site !== chosen)];
  const options = offered.slice(0, MOST_OPTIONS).map(siteOption);
  const first = chosen !== null || options.length === 1 ? options[0] : undefined;
  return {
    type: 'modal',
    callback_id: FORM_CALLBACK,
    private_metadata: JSON.stringify(place),
    title: { type: 'plain_text', text: 'Roll back a site' },
    submit: { type: 'plain_text', text: 'Make the plan' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [
      {
        type: 'input',
        block_id: 'site',
        label: { type: 'plain_text', text: 'Site' },
        element: {
          type: 'static_select',
          action_id: 'value',
          options,
          ...(first ? { initial_option: first } : {}),
        },
      },
      {
        type: 'input',
        block_id: 'version',
        optional: true,
        label: { type: 'plain_text', text: 'Version' },
        hint: {
          type: 'plain_text',
          text: 'A tag, a sum-core version or a commit, such as v0.5.0. Leave it empty for database only.',
        },
        element: { type: 'plain_text_input', action_id: 'value', max_length: 64 },
      },
      {
        type: 'input',
        block_id: 'mode',
        label: { type: 'plain_text', text: 'What to roll back' },
        element: {
          type: 'static_select',
          action_id: 'value',
          options: MODES.map(option),
          initial_option: option(['auto', 'Let the bot choose']),
        },
      },
      {
        type: 'input',
        block_id: 'reason',
        optional: true,
        label: { type: 'plain_text', text: 'Why' },
        element: { type: 'plain_text_input', action_id: 'value', max_length: 300 },
      },
    ],
  };
}

/** Cuts a long name but never the environment, which alone tells production from staging. */
function siteOption(site: Site): PlainTextOption {
  const where = ` (${site.environment})`;
  const text = `${plainLine(site.name, LONGEST_OPTION - where.length)}${where}`;
  return { text: { type: 'plain_text', text }, value: siteKey(site) };
}

function option([value, label]: readonly [string, string]): PlainTextOption {
  return { text: { type: 'plain_text', text: label }, value };
}
