import { describe, expect, it } from 'vitest';
import type { Check, RunEvent } from '../../../../src/domain/run/event.ts';
import { manualChecks, readManualChecksBlock } from '../../../../src/slack/render/end/manual-checks.ts';
import { healthy } from '../../../support/story/evidence.ts';
import { eventsTo, RUN_STATES, runIn, runOf } from '../../../support/story/run.ts';
import { ALICE, BOB } from '../../../support/story/site.ts';
import { seen } from '../support.ts';

const passed = (name: string): Check => ({ name, result: 'passed', detail: '' });
const tick = (box: 'login' | 'form' | 'phone', on = true): RunEvent => ({ type: 'ticked', box, by: BOB, on });

function shown(checks: readonly Check[], ...more: readonly RunEvent[]) {
  return manualChecks(
    runOf([...eventsTo('verifying'), { type: 'verified', checks, health: healthy }, ...more]),
  );
}

function options(message: ReturnType<typeof manualChecks>) {
  const block = message?.blocks.find((one) => one.type === 'actions');
  const [element] = block?.type === 'actions' ? block.elements : [];
  if (element?.type !== 'checkboxes') throw new Error('there are no boxes');
  return {
    block: block?.block_id,
    all: element.options.map(({ text }) => text.text),
    ticked: element.initial_options?.map(({ value }) => value),
  };
}

describe('the boxes', () => {
  it('ask for what only a person can check', () => {
    const message = shown([]);

    expect(seen(message)).toEqual([
      `<@${ALICE}> some checks need a person. Please confirm each one that works.`,
      'checkboxes',
    ]);
    expect(options(message)).toEqual({
      block: 'boxes acme-kitchens-7 ',
      all: ['Log in to the admin', 'Send one contact form', 'Look at the homepage on your phone'],
      ticked: undefined,
    });
  });

  it('leave out what the proof has done itself', () => {
    expect(options(shown([passed('admin login'), passed('form')])).all).toEqual([
      'Look at the homepage on your phone',
    ]);
    expect(options(shown([{ name: 'admin login', result: 'not-checked', detail: '' }])).all).toHaveLength(3);
  });

  it('show who ticked what and when, under another name so that every screen shows it', () => {
    const message = shown([], tick('form'), tick('login'), tick('form', false));

    expect(seen(message).slice(1)).toEqual([
      'checkboxes',
      `~ :white_check_mark: Log in to the admin: <@${BOB}>, 2026-03-01 02:15 UTC`,
    ]);
    expect(options(message)).toMatchObject({ block: 'boxes acme-kitchens-7 login', ticked: ['login'] });
  });

  it('say when everything was looked at', () => {
    expect(seen(shown([], tick('login'), tick('form'), tick('phone')))[0]).toBe(
      ':white_check_mark: All manual checks are confirmed.',
    );
  });

  it.each(RUN_STATES.filter((state) => state !== 'succeeded'))('are not there while a run is %s', (state) => {
    expect(manualChecks(runIn(state))).toBeNull();
  });
});

describe('the name of their block', () => {
  it.each<[string, ReturnType<typeof readManualChecksBlock>]>([
    ['boxes acme-kitchens-7 ', { run: 'acme-kitchens-7', shown: [] }],
    ['boxes acme-kitchens-7 login,phone', { run: 'acme-kitchens-7', shown: ['login', 'phone'] }],
    ['boxes acme-kitchens-7', null],
    ['', null],
    ['b123', null],
  ])('%s', (name, read) => {
    expect(readManualChecksBlock(name)).toEqual(read);
  });
});
