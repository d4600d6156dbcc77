import type { ModalView } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { slackError } from '../client/slack-error.ts';

/** Changes a view that is open. One that is gone is fine: the person closed it. */
export async function fillView(client: WebClient, viewId: string, view: ModalView): Promise<void> {
  try {
    await client.views.update({ view_id: viewId, view });
  } catch (error) {
    if (slackError(error) !== 'not_found') throw error;
  }
}
