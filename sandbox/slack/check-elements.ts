import {
  boolean,
  byType,
  type Check,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  type Rule,
  required,
  string,
  unique,
} from './checks.ts';
import { objectsOf } from './json.ts';
import * as limit from './limits.ts';

export const plainText = (max: number): Check =>
  byType({
    plain_text: object({
      type: required(oneOf('plain_text')),
      text: required(string(max, 1)),
      emoji: optional(boolean),
    }),
  });

export const anyText = (max: number): Check =>
  byType({
    plain_text: object({
      type: required(oneOf('plain_text')),
      text: required(string(max, 1)),
      emoji: optional(boolean),
    }),
    mrkdwn: object({
      type: required(oneOf('mrkdwn')),
      text: required(string(max, 1)),
      verbatim: optional(boolean),
    }),
  });

const type = (name: string) => required(oneOf(name));
const colour = oneOf('primary', 'danger');

const confirmDialog = object({
  title: required(plainText(limit.CONFIRM_TITLE_MAX)),
  text: required(anyText(limit.CONFIRM_TEXT_MAX)),
  confirm: required(plainText(limit.CONFIRM_BUTTON_MAX)),
  deny: required(plainText(limit.CONFIRM_BUTTON_MAX)),
  style: optional(colour),
});

const actionable = {
  action_id: optional(string(limit.ACTION_ID_MAX, 1)),
};

const withConfirm = { ...actionable, confirm: optional(confirmDialog) };
const focusable = { focus_on_load: optional(boolean) };
const placeholder = { placeholder: optional(plainText(limit.PLACEHOLDER_MAX)) };

const option = (text: (max: number) => Check): Check =>
  object({
    text: required(text(limit.OPTION_TEXT_MAX)),
    value: required(string(limit.OPTION_VALUE_MAX, 1)),
    description: optional(text(limit.OPTION_TEXT_MAX)),
  });

const optionGroup = object({
  label: required(plainText(limit.OPTION_TEXT_MAX)),
  options: required(listOf(option(plainText), limit.SELECT_OPTIONS_MAX)),
});

/** Slack compares an initial option with the options as a whole, not only by value. */
const initialAmongOptions =
  (key: 'initial_option' | 'initial_options'): Rule =>
  (element, pointer, report) => {
    const offered = [
      ...objectsOf(element['options']),
      ...objectsOf(element['option_groups']).flatMap((group) => objectsOf(group['options'])),
    ].map((entry) => JSON.stringify(entry));
    const initial = element[key];
    const chosen = Array.isArray(initial) ? initial : initial === undefined ? [] : [initial];
    if (chosen.some((entry) => !offered.includes(JSON.stringify(entry)))) {
      report('initial option must match one of the options', `${pointer}/${key}`);
    }
  };

const optionsOrGroups: Rule = (element, pointer, report) => {
  if ((element['options'] === undefined) === (element['option_groups'] === undefined)) {
    report('must define either `options` or `option_groups`', pointer);
  }
};

const button = object({
  type: type('button'),
  ...withConfirm,
  text: required(plainText(limit.BUTTON_TEXT_MAX)),
  value: optional(string(limit.BUTTON_VALUE_MAX, 1)),
  url: optional(string(limit.BUTTON_URL_MAX, 1)),
  style: optional(colour),
  accessibility_label: optional(string(limit.ACCESSIBILITY_LABEL_MAX, 1)),
});

const staticSelect = object(
  {
    type: type('static_select'),
    ...withConfirm,
    ...focusable,
    ...placeholder,
    options: optional(listOf(option(plainText), limit.SELECT_OPTIONS_MAX)),
    option_groups: optional(listOf(optionGroup, limit.SELECT_OPTIONS_MAX)),
    initial_option: optional(option(plainText)),
  },
  optionsOrGroups,
  initialAmongOptions('initial_option'),
  unique('options', 'value'),
);

const usersSelect = object({
  type: type('users_select'),
  ...withConfirm,
  ...focusable,
  ...placeholder,
  initial_user: optional(string(limit.ACTION_ID_MAX, 1)),
});

const radioButtons = object(
  {
    type: type('radio_buttons'),
    ...withConfirm,
    ...focusable,
    options: required(listOf(option(anyText), limit.RADIO_OPTIONS_MAX)),
    initial_option: optional(option(anyText)),
  },
  initialAmongOptions('initial_option'),
  unique('options', 'value'),
);

const checkboxes = object(
  {
    type: type('checkboxes'),
    ...withConfirm,
    ...focusable,
    options: required(listOf(option(anyText), limit.CHECKBOX_OPTIONS_MAX)),
    initial_options: optional(listOf(option(anyText), limit.CHECKBOX_OPTIONS_MAX)),
  },
  initialAmongOptions('initial_options'),
  unique('options', 'value'),
);

const dispatchConfig = object({
  trigger_actions_on: optional(listOf(oneOf('on_enter_pressed', 'on_character_entered'), 2)),
});

const plainTextInput = object({
  type: type('plain_text_input'),
  ...actionable,
  ...focusable,
  ...placeholder,
  initial_value: optional(string(limit.TEXT_INPUT_MAX)),
  multiline: optional(boolean),
  min_length: optional(integer(0, limit.TEXT_INPUT_MAX)),
  max_length: optional(integer(1, limit.TEXT_INPUT_MAX)),
  dispatch_action_config: optional(dispatchConfig),
});

export const image = object({
  type: type('image'),
  image_url: required(string(limit.IMAGE_URL_MAX, 1)),
  alt_text: required(string(limit.IMAGE_ALT_MAX, 1)),
});

const choices = {
  static_select: staticSelect,
  users_select: usersSelect,
  radio_buttons: radioButtons,
  checkboxes,
};

/** The elements that each place accepts. Any other element of Slack is "unsupported" there. */
export const sectionAccessory = byType({ button, image, ...choices });
export const actionsElement = byType({ button, ...choices });
export const inputElement = byType({ plain_text_input: plainTextInput, ...choices });
export const contextElement =
  (max: number): Check =>
  (value, pointer, report) =>
    typeof value === 'object' && value !== null && 'type' in value && value.type === 'image'
      ? image(value, pointer, report)
      : anyText(max)(value, pointer, report);
