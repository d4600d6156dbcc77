import { ApiError } from './api-error.js';
import { neededArgument, textArgument } from './arguments.js';
import { readView } from './content.js';
import { openModal, updateModal } from './host.js';
import { viewObject } from './slack-objects.js';
import { findModal } from './workspace.js';
export const openView = (host, args) => {
    const trigger = neededArgument(args, 'trigger_id');
    const view = readView(args);
    refuseTakenExternalId(host.workspace, view, undefined);
    const modal = openModal(host, host.triggers.exchange(trigger), view);
    return { view: viewObject(host.workspace, modal) };
};
export const updateView = (host, args) => {
    const view = readView(args);
    const modal = addressedModal(host.workspace, args);
    const hash = textArgument(args, 'hash');
    if (hash !== undefined && hash !== modal.hash)
        throw new ApiError('hash_conflict');
    refuseTakenExternalId(host.workspace, view, modal);
    return { view: viewObject(host.workspace, updateModal(host, modal, view)) };
};
const addressedModal = (workspace, args) => {
    const id = textArgument(args, 'view_id');
    const externalId = textArgument(args, 'external_id');
    if ((id === undefined) === (externalId === undefined)) {
        throw new ApiError('invalid_arguments', [
            '[ERROR] must provide exactly one of `view_id` or `external_id`',
        ]);
    }
    const modal = id === undefined ? withExternalId(workspace, externalId) : findModal(workspace, id);
    if (modal === undefined)
        throw new ApiError('not_found');
    return modal;
};
const withExternalId = (workspace, externalId) => [...workspace.modals.values()].flat().find(({ view }) => view['external_id'] === externalId);
const refuseTakenExternalId = (workspace, view, self) => {
    const externalId = view['external_id'];
    if (externalId === undefined || externalId === '')
        return;
    const holder = withExternalId(workspace, externalId);
    if (holder !== undefined && holder.id !== self?.id)
        throw new ApiError('duplicate_external_id');
};
