import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';
import { cameUp, cutInCheckout, heldRun, mend, SECOND, THIRD } from './held-run.ts';
import { FIRST_SHELL } from './shells.ts';

describe.each(FIRST_SHELL)('continuing after a decision under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it('stops units that started on their own before it puts anything back, even after a Cancel', () => {
    const program = cutInCheckout(host, shell);
    cameUp(host, 'entered after the host came back');
    host.set('cancel-after', 'decide-recheck');

    host.goOn(shell, program, 2, 'retry', 'checkout');

    expect(host.result(SECOND)).toBe('put-back stop-again 130');
    expect(host.journal(SECOND)).toEqual([
      'decide-recheck 0',
      'put-back-stop 0',
      'put-back-checkout 0',
      'put-back-environment 0',
      'put-back-static 0',
      'put-back-start 0',
      'put-back-answers 0',
    ]);
    expect(host.head()).toBe(host.live);
  });

  it.each<[string, string, readonly string[], string]>([
    ['nothing is changed where nothing was stopped yet', 'recheck', ['recheck 0'], 'untouched stop 130'],
    [
      'puts the code back if the database is the original one',
      'checkout',
      [
        'recheck 0',
        'stop 0',
        'safety-backup 0',
        'checkout 0',
        'put-back-checkout 0',
        'put-back-environment 0',
      ],
      'put-back restore 130',
    ],
    [
      'asks people if the database is restored',
      'environment',
      ['recheck 0', 'stop 0', 'safety-backup 0', 'checkout 0', 'restore 0', 'environment 0'],
      'hold static 130',
    ],
  ])('begins no step after a Cancel and %s', (_, after, journal, result) => {
    host.set('cancel-after', after);

    host.run(shell, host.program('full'));

    expect(host.result()).toBe(result);
    expect(host.journal().slice(0, journal.length)).toEqual(journal);
  });

  it.each([
    ['put-back-stop', ['decide-recheck 0', 'put-back-stop 0'], 'hold put-back-keep 130', 'relations-after'],
    [
      'put-back-keep',
      ['decide-recheck 0', 'put-back-stop 0', 'put-back-keep 0'],
      'hold put-back-restore 130',
      'relations-after',
    ],
  ])(
    'goes back no further than %s after a Cancel, and keeps the restored database',
    (after, journal, result, database) => {
      const program = heldRun(host, shell);
      host.set('cancel-after', after);

      host.goOn(shell, program, 2, 'go-back', 'static');

      expect(host.result(SECOND)).toBe(result);
      expect(host.journal(SECOND)).toEqual(journal);
      expect(host.get('database')).toBe(database);
      mend(host, 'cancel-after');
      host.goOn(shell, program, 3, 'go-back', 'put-back-restore');
      expect(host.result(THIRD)).toBe('put-back go-back 0');
      expect(host.get('database')).toBe('relations-back');
    },
  );

  it('goes back to the end if a Cancel comes while the database is being replaced', () => {
    const program = heldRun(host, shell);
    host.set('cancel-after', 'put-back-restore');

    host.goOn(shell, program, 2, 'go-back', 'static');

    expect(host.result(SECOND)).toBe('put-back go-back 0');
  });
});
