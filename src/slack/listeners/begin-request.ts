import { requestRollback } from '../../app/request/request-rollback.ts';
import type { RollbackRequest } from '../../domain/run/request.ts';
import { type Site, siteKey } from '../../domain/site/site.ts';
import type { Bot } from '../answering/answer.ts';
import { type ChannelPlace, placeProblem } from '../client/channel.ts';
import { refusalText } from '../render/answers/refusal.ts';
import { surveyingText } from '../render/answers/surveying.ts';

/** What someone wants done to a site. */
export type Wish = Omit<RollbackRequest, 'site' | 'requester' | 'channel'>;

/** Who asks, and from where. */
export interface Asking {
  readonly user: string;
  readonly place: ChannelPlace;
  /** The same if Slack delivers the request twice. */
  readonly requestKey: string;
}

/** Begins the run for the command, the form or undo. Returns the answer for whoever asked. */
export async function beginRequest(
  bot: Bot,
  site: Site,
  wish: Wish,
  { user, place, requestKey }: Asking,
): Promise<string> {
  const request = { ...wish, site: siteKey(site), requester: user, channel: place.channel };
  const deps = { ...bot, placeProblem: () => placeProblem(bot, site, place) };
  const result = await requestRollback(deps, site, request, requestKey);
  switch (result.kind) {
    case 'refused':
      return refusalText(result.refusal);
    case 'nowhere':
      return result.problem;
    case 'again':
      return `${result.run.id} is already under way: Slack delivered your request twice.`;
    case 'begun':
      return surveyingText(result.run, site);
  }
}
