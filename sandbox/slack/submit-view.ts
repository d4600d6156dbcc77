import { ApiError } from './api-error.ts';
import { readView } from './content.ts';
import type { DeliveryResult } from './delivery-result.ts';
import { blocksOf, clientErrors, type Entry, enter, findField } from './find-element.ts';
import { closeModals, type Host, notice, openModal, showErrors, updateModal } from './host.ts';
import type { PersonTools } from './interaction.ts';
import { isObject, type JsonObject, objectOf, stringOf } from './json.ts';
import { MODAL_STACK_MAX } from './limits.ts';
import type { Modal, User } from './model.ts';
import { viewSubmissionPayload } from './payloads.ts';
import { plainText } from './plain-text.ts';
import { viewObject } from './slack-objects.ts';
import { refusal } from './web-api.ts';
import { modalsOf, replaceModal } from './workspace.ts';

export interface Submission extends DeliveryResult {
  /** Errors next to inputs, by block id, from Slack's client or from the app's answer. */
  readonly errors: Readonly<Record<string, string>>;
  /** False if Slack's client held the submission back, for example because a required input is empty. */
  readonly sent: boolean;
}

const TROUBLE = 'We had some trouble connecting. Try again?';

/** Fills in a modal by the labels that a person sees, submits it, and follows the app's answer. */
export const submitView = async (
  { host, deliver }: PersonTools,
  user: User,
  shown: Modal,
  values: Readonly<Record<string, Entry>>,
): Promise<Submission> => {
  if (shown.view['submit'] === undefined) throw new Error('this modal has no submit button');
  const modal = fillIn(host, shown, values);
  const held = clientErrors(modal, objectOf(objectOf(viewObject(host.workspace, modal)['state'])['values']));
  if (Object.keys(held).length > 0) {
    showErrors(host, modal, held);
    return { sent: false, ok: false, ackMs: 0, ackBody: undefined, errors: held };
  }
  const triggerId = host.triggers.issue(user.id);
  const result = await deliver({
    kind: 'view_submission',
    user: user.id,
    summary: `submitted "${plainText(modal).split('\n')[0] ?? ''}" ${JSON.stringify(values)}`,
    payload: viewSubmissionPayload(host.workspace, user, modal, triggerId),
  });
  if (!result.ok) notice(host, user.id, TROUBLE);
  const errors = result.ok ? obey(host, user, modal, objectOf(result.ackBody)) : {};
  return { ...result, sent: true, errors };
};

const fillIn = (host: Host, shown: Modal, values: Readonly<Record<string, Entry>>): Modal => {
  let entered = shown.entered;
  for (const [name, entry] of Object.entries(values)) {
    const found = findField(shown, name);
    const blockId = stringOf(found.block['block_id']);
    const actionId = stringOf(found.element['action_id']);
    entered = { ...entered, [blockId]: { ...entered[blockId], [actionId]: enter(found, entry) } };
  }
  const modal: Modal = { ...shown, entered };
  replaceModal(host.workspace, modal);
  return modal;
};

/** Carries out the response_action. An answer that Slack would not understand leaves the modal open. */
const obey = (host: Host, user: User, modal: Modal, answer: JsonObject): Readonly<Record<string, string>> => {
  try {
    return carryOut(host, user, modal, answer);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refusal(host, 'ack of view_submission', error);
    notice(host, user.id, TROUBLE);
    return {};
  }
};

const carryOut = (
  host: Host,
  user: User,
  modal: Modal,
  answer: JsonObject,
): Readonly<Record<string, string>> => {
  // The app may have closed or replaced the modal by views.update meanwhile.
  const current = modalsOf(host.workspace, user.id).find(({ id }) => id === modal.id) ?? modal;
  switch (answer['response_action']) {
    case undefined:
      closeModals(host, user.id, false);
      return {};
    case 'clear':
      closeModals(host, user.id, true);
      return {};
    case 'update':
      updateModal(host, current, readView(answer));
      return {};
    case 'push':
      if (modalsOf(host.workspace, user.id).length >= MODAL_STACK_MAX)
        throw new ApiError('push_limit_reached');
      openModal(host, user.id, readView(answer));
      return {};
    case 'errors': {
      const errors = readErrors(current, answer['errors']);
      showErrors(host, current, errors);
      return errors;
    }
    default:
      throw new ApiError('invalid_response_action', [`[ERROR] ${String(answer['response_action'])}`]);
  }
};

const readErrors = (modal: Modal, errors: unknown): Readonly<Record<string, string>> => {
  const inputs = blocksOf(modal)
    .filter((block) => block['type'] === 'input')
    .map((block) => block['block_id']);
  const given = isObject(errors) ? Object.entries(errors) : [];
  if (given.length === 0)
    throw new ApiError('invalid_response_action', ['[ERROR] missing required field: errors']);
  const strays = given.filter(([blockId, words]) => !inputs.includes(blockId) || typeof words !== 'string');
  if (strays.length > 0) {
    throw new ApiError(
      'invalid_response_action',
      strays.map(([blockId]) => `[ERROR] not the block_id of an input block: ${blockId}`),
    );
  }
  return Object.fromEntries(given.map(([blockId, words]) => [blockId, String(words)]));
};
