import { setTimeout as sleep } from 'node:timers/promises';
import { queryRows } from '../database/client.ts';
import type { Project } from './django.ts';

const BEAT = `INSERT INTO website_workerheartbeat (name, beat_at) VALUES ('default', now())
ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at`;
const PAUSE_MS = 2_000;

/** `manage.py runworker`: stands in for a Celery worker, a long-lived process that writes to the database. */
export async function runWorker({ login }: Project): Promise<void> {
  process.stdout.write('worker ready\n');
  process.once('SIGTERM', () => {
    process.stdout.write('worker stopped (warm shutdown)\n');
    process.exit(0);
  });
  for (;;) {
    await queryRows(login, BEAT).catch((error: unknown) =>
      process.stderr.write(`[WARNING] ${error instanceof Error ? error.message : String(error)}\n`),
    );
    await sleep(PAUSE_MS);
  }
}
