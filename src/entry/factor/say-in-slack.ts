import { createClient } from '../../slack/client/app.ts';
import { slackPeople } from '../../slack/client/people.ts';
import { tellApprovers } from '../../slack/client/tell-approvers.ts';
import type { Setup } from '../parts/setup.ts';
import { inLine } from '../parts/terminal.ts';

/** Tells this person and everyone who approves beside them. Returns a sentence about who heard. What was done stays done. */
export async function sayInSlack(
  { environment, configuration }: Setup,
  person: string,
  text: string,
): Promise<string> {
  const { slack } = environment;
  if (slack === null)
    return 'SLACK_BOT_TOKEN is not set, so nobody was told in Slack. Tell the other approvers yourself.';
  const problems: string[] = [];
  const note = (error: unknown) => {
    problems.push(inLine(error instanceof Error ? error.message : String(error)));
  };
  try {
    const client = createClient({ botToken: slack.botToken.reveal(), apiUrl: slack.apiUrl });
    const me = await client.auth.test();
    const people = slackPeople(client, me.team_id ?? '', note);
    const { inventory } = configuration;
    const told = await tellApprovers({ client, people, inventory, onError: note }, person, text);
    if (problems.length === 0) return `Told in Slack: ${told.join(', ')}.`;
  } catch (error) {
    note(error);
  }
  return `Not everybody was told in Slack (${problems.join('; ')}). Tell the other approvers yourself.`;
}
