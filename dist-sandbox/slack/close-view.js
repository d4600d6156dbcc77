import { closeModals } from './host.js';
import { viewClosedPayload } from './payloads.js';
import { plainText } from './plain-text.js';
import { modalsOf, userOf } from './workspace.js';
/** The cross in the corner; the app only hears of it if the view asked for that. */
export const closeView = async (tools, userId, modal, all) => {
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
