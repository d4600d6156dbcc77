import { type Message, plainText } from '../../sandbox/slack/local-slack.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { ALICE, BOB, CAROL, type Lab, OPS } from './lab.ts';
import { postedSince } from './posted.ts';

/** What people do in one run. Nothing here fails if the bot is down: people press again. */
export interface Press {
  /** Presses the button on the newest message of the run that has it. False if there is none. */
  button(person: string, label: string): Promise<boolean>;
  type(person: string, line: string): Promise<void>;
  /** Approve or Start, as the card asks, by a person who may. */
  decide(): Promise<void>;
  /** One decision at a stop, with a second person if one is needed. */
  recover(run: Run, wanted: string): Promise<void>;
}

/** Where in the transcript the person begins to look: earlier messages belong to earlier trials. */
export function pressFor(lab: Lab, run: string, since: number): Press {
  const { slack } = lab;
  const shown = (label: string): Message | undefined =>
    postedSince(lab, since)
      .filter(
        (message) => plainText(message).includes(`[${label}]`) && buttonsOf(message).includes(`"${run}"`),
      )
      .at(-1);
  const button = async (person: string, label: string) => {
    const message = shown(label);
    if (message === undefined) return false;
    try {
      await slack.as(person).click(message, label, { confirm: true, force: true });
      return true;
    } catch {
      // Nobody answers, or the button has just disappeared. The person sees that and looks again.
      return false;
    }
  };
  return {
    button,
    async type(person, line) {
      await slack.as(person).command(OPS, line);
    },
    async decide() {
      if (!(await button(BOB, 'Approve'))) await button(ALICE, 'Start');
    },
    async recover(now, wanted) {
      const asked = now.stop?.asked ?? null;
      if (asked !== null) {
        await button(asked.by === BOB ? CAROL : BOB, 'Approve');
        return;
      }
      if (!(await button(ALICE, wanted))) await button(ALICE, 'Stop here');
    },
  };
}

/** The values of the buttons. */
function buttonsOf(message: Message): string {
  return JSON.stringify(message.blocks).replaceAll('\\"', '"');
}
