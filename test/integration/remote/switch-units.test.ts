import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StandInHost, standInHost } from '../../support/host/stand-in-host.ts';
import { FIRST_SHELL } from './shells.ts';
import { dumpThen, PUT_BACK_WHOLE } from './switch-support.ts';

const STARTED = `echo active >"$STATE/unit-sum-acme-kitchens-gunicorn.service"`;

describe.each(FIRST_SHELL)('the switch program under %s', (shell) => {
  let host: StandInHost;

  beforeEach(() => {
    host = standInHost();
  });

  afterEach(() => {
    host.remove();
  });

  it('puts the previous code back if a unit does not stay up', () => {
    host.set('flaps', '');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back stable 1');
    expect(host.log()).toContain('a unit does not stay up');
    expect(host.head()).toBe(host.live);
  });

  it('stops a unit that someone has started meanwhile before it changes anything', () => {
    host.replace('python', `${STARTED}\nexit 1`);

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(host.journal().slice(-6)).toEqual(PUT_BACK_WHOLE);
  });

  it('restarts a unit that someone started while it puts back', () => {
    host.set('fail-static', '');
    host.replace('git', `case "$*" in *"symbolic-ref HEAD "*) ${STARTED} ;; esac\nexec /usr/bin/git "$@"`);

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('put-back static 1');
    expect(host.log()).toContain('gunicorn.service was started since the site was stopped');
    expect(host.get('stops').split('\n')).toHaveLength(2);
  });

  it('restores nothing over data of a site that someone has started meanwhile', () => {
    host.replace('pg_dump', dumpThen(host, STARTED));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back restore 1');
    expect(host.log()).toContain('gunicorn.service was started since the site was stopped');
    expect(host.get('database')).toBe('relations-before');
    expect(host.journal()).toContain('put-back-stop 0');
  });

  it('restores nothing if systemd does not say whether the site is stopped', () => {
    const systemctl = readFileSync(join(host.root, '..', 'bin', 'systemctl'), 'utf8');
    host.replace('systemctl', `[ ! -e "$STATE/away" ] || exit 1\n${systemctl}`);
    host.replace('pg_dump', dumpThen(host, ': >"$STATE/away"'));

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('hold restore 1');
    expect(host.get('database')).toBe('relations-before');
  });

  it('restarts a unit that someone has started between old and new code', () => {
    host.replace('python', STARTED);
    host.set('stops', '');

    host.run(shell, host.program('code-only'));

    expect(host.result()).toBe('done stable 0');
    expect(host.log()).toContain('gunicorn.service was started since the site was stopped');
    expect(host.get('stops').split('\n')).toHaveLength(2);
  });

  it('leaves the site running if it cannot be stopped', () => {
    host.set('fail-stop', '');

    host.run(shell, host.program('full'));

    expect(host.result()).toBe('put-back stop 1');
    expect(host.head()).toBe(host.live);
    expect(host.get('unit-sum-acme-kitchens-gunicorn.service')).toBe('active');
  });
});
