import { describe, expect, it } from 'vitest';
import { timeline } from '../../../../src/domain/outcome/timeline.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { call } from '../../../../src/slack/render/run/call.ts';
import { progress } from '../../../../src/slack/render/run/progress.ts';
import { surfaces } from '../../../../src/slack/render/surfaces.ts';
import { ended, eventsTo, runOf, steps } from '../../../support/story/run.ts';
import { ALICE, BOB, CAROL, site, T } from '../../../support/story/site.ts';
import { at, seen } from '../support.ts';

const WHERE = site({ operators: [ALICE], escalation: [CAROL] });
const SILENT: RunEvent = { type: 'host-silent', why: 'no route to host' };
const LOST: RunEvent = { type: 'host-lost', why: 'no route to host' };
const ANSWERS: RunEvent = { type: 'host-answers' };
const SWITCHING: readonly RunEvent[] = [...eventsTo('switching'), ...steps(['recheck', 0], ['stop', null])];
const AWAY: readonly RunEvent[] = [...SWITCHING, SILENT, LOST];
const NOW = at(T.planned);
const STATE =
  '*On the host*  `/srv/sum/acme-kitchens/.rollback-bot/runs/acme-kitchens-7/STATE` says how far it got.';

const shown = (events: readonly RunEvent[], key: string) =>
  seen(surfaces(runOf(events), WHERE).find((surface) => surface.key === key) ?? null);
const keys = (events: readonly RunEvent[]) =>
  surfaces(runOf(events), WHERE)
    .map(({ key }) => key)
    .filter((key) => /^(stop|away|page)/.test(key));

describe('where the host does not answer', () => {
  it('says what is known, what the bot does, and what a person can do', () => {
    expect(shown(AWAY, 'away-1')).toEqual([
      "# Acme Kitchens: its host doesn't answer",
      `<@${ALICE}> <@${CAROL}>`,
      ":rotating_light: *Can't tell whether Acme Kitchens is up.* Its host does not answer: no route to host.",
      `The host has been silent since ${NOW}. The last step that it reported: "stop the site". If the program is running, it continues on its own.`,
      '*The bot*  It asks the host every half minute. When the host answers, the run continues automatically: if you just wait, there is nothing to press.',
      "*What you can do*  Look at the host in its provider's console, or restart it there.",
      STATE,
      '[Take over by hand] [Stop here] [Cancel] [I am on it]',
      '~ acme-kitchens-7',
    ]);
  });

  it('claims nothing of a program of which nothing was heard', () => {
    expect(shown([...eventsTo('switching'), SILENT, LOST], 'away-1')).toContain(
      `The host has been silent since ${NOW}. The bot can't tell whether the program there has started. If the program is running, it continues on its own.`,
    );
  });

  it('says that a Cancel waits for the host, and offers no second one', () => {
    const post = shown([...AWAY, { type: 'cancel-asked', by: BOB }], 'away-1');

    expect(post).toContain(
      `:octagonal_sign: <@${BOB}> has cancelled it. The bot tells the host as soon as it answers.`,
    );
    expect(post).toContain('[Take over by hand] [Stop here] [I am on it]');
  });

  it('is said in every call for people', () => {
    const run = runOf([...AWAY, { type: 'paged', webhook: 'none' }]);

    expect(keys([...AWAY, { type: 'paged', webhook: 'none' }])).toEqual(['away-1', 'page-away-1-1']);
    expect(seen(call(run, WHERE, 1))).toContain(
      "*Can't tell whether Acme Kitchens is up.* Its host does not answer: no route to host.",
    );
  });

  it('shows in the one message that is updated', () => {
    expect(seen(progress(runOf([...SWITCHING, SILENT]), WHERE))).toContain(
      ':gear: The switch is running on the host. Note: the host does not answer (no route to host). If its program has started, it continues on its own.',
    );
    expect(seen(progress(runOf(AWAY), WHERE))).toContain(
      ":rotating_light: The host doesn't answer. The run continues automatically as soon as it does. See the newest message.",
    );
  });

  it('says to whoever ends the run what the host may still do', () => {
    const post = shown([...AWAY, { type: 'closed', by: BOB }], 'away-1');

    expect(post[0]).toBe("# Acme Kitchens: closed, and its host doesn't answer");
    expect(post.join('\n')).not.toMatch(/The bot\* asks|stays as it is|The runbook/);
    expect(post).toContain(
      `:black_square_for_stop: Closed by <@${BOB}>. The bot has stopped waiting for the host. If the program already started there, it runs to its end. If it didn't, it never will: the bot blocks it as soon as the host answers.`,
    );
  });
});

describe('when the host answers again', () => {
  it('settles the post, and the next stop is a post of its own', () => {
    const back = [...AWAY, ANSWERS];

    expect(shown(back, 'away-1')).toEqual([
      '# Acme Kitchens: its host answers again',
      `It was silent from ${NOW} to ${NOW} (no route to host). The run continues from what the host reports. Nobody has to decide.`,
      '~ acme-kitchens-7',
    ]);
    expect(keys(back)).toEqual(['away-1']);
    expect(keys([...back, ended('hold', 'restore', 3)])).toEqual(['away-1', 'stop-1']);
    expect(keys([...back, SILENT, LOST])).toEqual(['away-1', 'away-2']);
  });

  it('is part of the story', () => {
    const past = [...SWITCHING, SILENT, LOST, ANSWERS].map((event, seq) => ({
      seq,
      at: T.decided,
      hash: '',
      event,
    }));

    expect(
      timeline(past)
        .slice(-3)
        .map(({ what }) => what),
    ).toEqual([
      'the host does not answer (no route to host). If its program has started, it continues on its own',
      'still had no answer from the host, and called people',
      'heard from the host again',
    ]);
  });
});
