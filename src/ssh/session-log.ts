import type { HostAddress } from '../domain/site/site.ts';
import type { Logger } from '../log.ts';
import type { SessionLog } from './transport/session.ts';

export type HostLog = Pick<Logger, 'info' | 'warn'>;

/** Keeps what a login prints around the answers once per connection: its start-up files print it at each command. */
export function sessionLog(log: HostLog, { address, user }: HostAddress): SessionLog {
  const host = `${user}@${address}`;
  const known = new Set<string>();
  return {
    beside(text) {
      const printed = text.trim().slice(0, 2000);
      if (printed === '' || known.has(printed)) return;
      known.add(printed);
      log.info({ host, printed }, 'the login prints more than the answer');
    },
    failed: (why, details) => log.warn({ host, why, ...details }, 'a question to a host failed'),
  };
}
