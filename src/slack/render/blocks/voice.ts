import type { Voice } from '../../../report/voice.ts';
import { escaped, mention, moment } from './text.ts';

export const slackVoice: Voice = {
  person: mention,
  moment,
  text: escaped,
  strong: (words) => `*${words}*`,
};
