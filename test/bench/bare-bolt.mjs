import { App, LogLevel } from '@slack/bolt';

/** Bolt with nothing behind it: what an acknowledgement costs at the least. */
const app = new App({
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  token: process.env.SLACK_BOT_TOKEN,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
  logLevel: LogLevel.ERROR,
});
app.command('/rollback', async ({ ack }) => ack());
await app.start(Number(process.env.PORT));
console.log('bare bolt is listening');
