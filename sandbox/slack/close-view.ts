import { closeModals } from './host.ts';
import type { PersonTools } from './interaction.ts';
import type { Modal } from './model.ts';
import { viewClosedPayload } from './payloads.ts';
import { plainText } from './plain-text.ts';
import { modalsOf, userOf } from './workspace.ts';

/** The cross in the corner. The app is only told if the view asked for that. */
export const closeView = async (
  tools: PersonTools,
  userId: string,
  modal: Modal,
  all: boolean,
): Promise<void> => {
  const { host } = tools;
  const user = userOf(host.workspace, userId);
  const cleared = all || modal.view['clear_on_close'] === true;
  const leaving = cleared ? modalsOf(host.workspace, userId) : [modal];
  closeModals(host, userId, cleared);
  for (const gone of leaving.filter(({ view }) => view['notify_on_close'] === true)) {
    await tools.deliver({
      kind: 'view_closed',
      user: userId,
      summary: `closed "${plainText(gone).split('\n')[0] ?? ''}"`,
      payload: viewClosedPayload(host.workspace, user, gone, cleared),
    });
  }
};
