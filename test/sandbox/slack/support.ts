import type { LocalSlack, LocalSlackOptions } from '../../../sandbox/slack/local-slack.ts';
import { startPatientSlack } from '../../support/fakes/patient-slack.ts';

/** A small workspace: two people, a group, an ops channel with the bot and a lounge without it. */
export const startTeam = async (options: LocalSlackOptions = {}): Promise<LocalSlack> => {
  const slack = await startPatientSlack(options);
  slack.addUser({ id: 'U01ALICE', displayName: 'Alice' });
  slack.addUser({ id: 'U02BOB' });
  slack.addGroup({ id: 'S01ONCALL', members: ['U02BOB'] });
  slack.addChannel({ id: 'C01OPS', members: ['U01ALICE', 'U02BOB'] });
  slack.addChannel({ id: 'C02LOUNGE', members: ['U01ALICE'], bot: false });
  return slack;
};

type Answer = Readonly<Record<string, unknown>>;

export interface CallOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A Web API call as plain HTTP, so that what Slack says is seen without a client in between. */
export const call = async (
  slack: LocalSlack,
  method: string,
  args: Answer = {},
  options: CallOptions = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Answer }> => {
  const token = 'token' in options ? options.token : slack.botToken;
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    body: options.body ?? JSON.stringify(args),
  });
  const text = await response.text();
  const body: unknown = text === '' ? {} : JSON.parse(text);
  return { status: response.status, headers: response.headers, body: isAnswer(body) ? body : {} };
};

const isAnswer = (value: unknown): value is Answer => typeof value === 'object' && value !== null;

/** What a test counts on being there. */
export const given = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the test expected something to be there');
  return value;
};
