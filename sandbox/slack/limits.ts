/** Slack's limits, one constant each, with the page of docs.slack.dev that states it. */

// reference/methods/chat.postMessage: longer text is cut off or refused
export const MESSAGE_TEXT_MAX = 40_000;
// reference/methods/chat.postMessage recommends this length. Edits of longer texts fail with msg_too_long, even if
// posting them worked (github.com/F3-Nation/archive-slackblast/issues/64)
export const MESSAGE_UPDATE_TEXT_MAX = 4000;
// reference/block-kit/blocks: up to 50 blocks in each message
export const MESSAGE_BLOCKS_MAX = 50;
// github.com/slackapi/bolt-js/issues/2867: undocumented sum over all blocks. 9,597 was accepted, 11,341 refused
export const MESSAGE_BLOCKS_TEXT_MAX = 10_000;
// reference/block-kit/blocks: up to 100 blocks in modals
export const VIEW_BLOCKS_MAX = 100;
// reference/block-kit/blocks: maximum length of block_id, unique within a message or view
export const BLOCK_ID_MAX = 255;
// reference/block-kit/block-elements/button-element: maximum length of action_id
export const ACTION_ID_MAX = 255;

// reference/block-kit/composition-objects/text-object: 1 to 3000 characters
export const TEXT_OBJECT_MAX = 3000;
// reference/block-kit/blocks/section-block: text 1 to 3000 characters
export const SECTION_TEXT_MAX = 3000;
// reference/block-kit/blocks/section-block: maximum number of fields
export const SECTION_FIELDS_MAX = 10;
// reference/block-kit/blocks/section-block: maximum length of each field's text
export const SECTION_FIELD_TEXT_MAX = 2000;
// reference/block-kit/blocks/header-block: maximum length of the text
export const HEADER_TEXT_MAX = 150;
// reference/block-kit/blocks/context-block: maximum number of elements
export const CONTEXT_ELEMENTS_MAX = 10;
// reference/block-kit/blocks/actions-block: maximum number of elements
export const ACTIONS_ELEMENTS_MAX = 25;
// reference/block-kit/blocks/input-block: maximum length of label and hint
export const INPUT_LABEL_MAX = 2000;
// reference/block-kit/blocks/image-block: maximum length of alt_text and title
export const IMAGE_ALT_MAX = 2000;
// reference/block-kit/blocks/image-block: maximum length of image_url
export const IMAGE_URL_MAX = 3000;

// reference/block-kit/block-elements/button-element: maximum length of the text
export const BUTTON_TEXT_MAX = 75;
// reference/block-kit/block-elements/button-element: maximum length of value
export const BUTTON_VALUE_MAX = 2000;
// reference/block-kit/block-elements/button-element: maximum length of url
export const BUTTON_URL_MAX = 3000;
// reference/block-kit/block-elements/button-element: maximum length of accessibility_label
export const ACCESSIBILITY_LABEL_MAX = 75;
// reference/block-kit/block-elements/select-menu-element: maximum length of the placeholder's text
export const PLACEHOLDER_MAX = 150;
// reference/block-kit/block-elements/select-menu-element: maximum number of options
export const SELECT_OPTIONS_MAX = 100;
// reference/block-kit/block-elements/radio-button-group-element: maximum number of options
export const RADIO_OPTIONS_MAX = 10;
// reference/block-kit/block-elements/checkboxes-element: maximum number of options
export const CHECKBOX_OPTIONS_MAX = 10;
// reference/block-kit/composition-objects/option-object: maximum length of text and description
export const OPTION_TEXT_MAX = 75;
// reference/block-kit/composition-objects/option-object: maximum length of value
export const OPTION_VALUE_MAX = 150;
// reference/block-kit/block-elements/plain-text-input-element: maximum for min_length and max_length
export const TEXT_INPUT_MAX = 3000;
// reference/block-kit/composition-objects/confirmation-dialog-object: maximum length of title
export const CONFIRM_TITLE_MAX = 100;
// reference/block-kit/composition-objects/confirmation-dialog-object: maximum length of text
export const CONFIRM_TEXT_MAX = 300;
// reference/block-kit/composition-objects/confirmation-dialog-object: maximum length of confirm and deny
export const CONFIRM_BUTTON_MAX = 30;

// reference/views/modal-views: maximum length of title
export const VIEW_TITLE_MAX = 24;
// reference/views/modal-views: maximum length of submit and close
export const VIEW_BUTTON_MAX = 24;
// reference/views/modal-views: maximum length of private_metadata
export const PRIVATE_METADATA_MAX = 3000;
// reference/views/modal-views: maximum length of callback_id
export const CALLBACK_ID_MAX = 255;
// reference/views/modal-views: maximum length of external_id
export const EXTERNAL_ID_MAX = 255;
// surfaces/modals: a modal can hold up to three views at a time
export const MODAL_STACK_MAX = 3;

// interactivity/handling-user-interaction: the app must acknowledge within three seconds
export const ACK_TIMEOUT_MS = 3000;
// interactivity/handling-user-interaction: a trigger_id expires three seconds after the interaction
export const TRIGGER_LIFETIME_MS = 3000;
// interactivity/handling-user-interaction: a response_url works up to five times
export const RESPONSE_URL_USES_MAX = 5;
// interactivity/handling-user-interaction: a response_url works within 30 minutes
export const RESPONSE_URL_LIFETIME_MS = 30 * 60_000;
// apis/events-api/using-socket-mode: up to ten open connections at the same time
export const SOCKETS_MAX = 10;
