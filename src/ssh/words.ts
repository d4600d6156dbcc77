import { HostError } from '../app/ports/host-error.ts';
import { isTool, packagesOf } from '../domain/host/tools.ts';
import { hostText } from '../domain/text/host-text.ts';
import { oneLine } from '../domain/text/printable.ts';

/** Why a host gave no answer, in words. `LOGIN` and `HOST` in a next step become the site's own. */

/** The login ran something else: a start-up file that ends or replaces the shell, a forced command, an expired password. */
export function notRun({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }): HostError {
  const said = lastLine(stderr) || lastLine(stdout);
  return new HostError(
    'errored',
    said === ''
      ? "the login ended without running the bot's command, and printed nothing"
      : `the login did not run the bot's command, and printed: ${said}`,
    {
      next: 'Nothing was changed. Try it: LOGIN true. If that does not end at once and without a word, look at the start-up files of HOST (such as ~/.bashrc), at command= for its key in ~/.ssh/authorized_keys, and at ForceCommand in /etc/ssh/sshd_config.',
    },
  );
}

/** The command itself failed. `code`: null if it did not live to say so. */
export function failureOf(code: number | null, stderr: string): HostError {
  const missing = /^(?:env|apart\.sh|sh)(?:: \d+)?: ['‘]?([\w./+-]+)['’]?: (.*)$/m.exec(stderr);
  const [, program = '', why = ''] = missing ?? [];
  if (code === 127 && isTool(program))
    return new HostError('errored', `${program} is missing on the host`, {
      next: `Nothing was changed. Install it on the host: sudo apt-get install ${packagesOf([program]).join(' ')}. Then ask again.`,
    });
  if (code === 126 && isTool(program)) {
    return new HostError('errored', `${program} can't be run on the host: ${inShort(why)}`, {
      next: `Nothing was changed. Look at it on the host: ls -l "$(command -v ${program})". Then ask again.`,
    });
  }
  if (code === null || code > 128)
    return new HostError(
      'errored',
      `the host ended the bot's command before it had answered${signalOf(code)}`,
      {
        next: 'Nothing was changed. Was the host out of memory? Look there: journalctl -k -g "Out of memory" -n 5. Then ask again.',
      },
    );
  if (stderr.includes('Traceback (most recent call last)') || /^\w*Error: /.test(lastLine(stderr)))
    return new HostError(
      'errored',
      "a program of the bot broke off on the host, by a fault of the bot's own",
    );
  const said = lastLine(stderr);
  return new HostError(
    'errored',
    said === ''
      ? 'a command of the bot failed on the host and did not say why'
      : `a command of the bot failed on the host: ${said}`,
  );
}

/** The program ran and answered, but in some other form. */
export function withoutAnAnswer(): HostError {
  return new HostError(
    'errored',
    "the host answered, but in a form that the bot doesn't understand (the worker's log has the answer)",
  );
}

/** `what`: to continue "the host named". */
export function tooMuch(what: string): HostError {
  return new HostError('errored', `the host named ${what}, and the bot takes no more than that`, {
    next: 'Nothing was changed. Look at the host: whatever put that there has to go first. Then ask again.',
  });
}

function signalOf(code: number | null): string {
  return code === null ? '' : ` (signal ${code - 128})`;
}

function lastLine(text: string): string {
  return inShort(text.trim().split('\n').at(-1) ?? '');
}

function inShort(text: string): string {
  return oneLine(hostText(text), 300);
}
