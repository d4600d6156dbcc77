import type { Voice } from '../../../report/voice.ts';
import { escaped } from './mrkdwn.ts';
import { mention, moment } from './text.ts';

export const slackVoice: Voice = {
  person: mention,
  moment,
  text: escaped,
  strong: (words) => `*${words}*`,
};
