import { setTimeout as sleep } from 'node:timers/promises';
import { queryRows } from '../database/client.js';
const BEAT = `INSERT INTO website_workerheartbeat (name, beat_at) VALUES ('default', now())
ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at`;
const PAUSE_MS = 2_000;
/** `manage.py runworker`: stands for a Celery worker, which lives long and writes to the database. */
export async function runWorker({ login }) {
    process.stdout.write('worker ready\n');
    process.once('SIGTERM', () => {
        process.stdout.write('worker stopped (warm shutdown)\n');
        process.exit(0);
    });
    for (;;) {
        await queryRows(login, BEAT).catch((error) => process.stderr.write(`[WARNING] ${error instanceof Error ? error.message : String(error)}\n`));
        await sleep(PAUSE_MS);
    }
}
