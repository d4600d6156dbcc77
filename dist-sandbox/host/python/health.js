import { queryRows } from '../database/client.js';
const LATEST_BEAT = "SELECT extract(epoch FROM now() - beat_at) FROM website_workerheartbeat WHERE name = 'default'";
/** A worker that has been silent for so many seconds is taken for dead. */
const SILENT_SECONDS = 15;
/** Without its database or its leads a site is unhealthy; without its worker only degraded. */
export async function healthReport({ login, usesCelery, version }, code) {
    const db = await check(() => queryRows(login, 'SELECT 1'));
    const leads = await check(() => queryRows(login, code.latestLead));
    const celery = usesCelery
        ? await check(async () => {
            const [[silence] = []] = await queryRows(login, LATEST_BEAT);
            if (Number(silence ?? SILENT_SECONDS) >= SILENT_SECONDS)
                throw new Error('no heartbeat');
        })
        : { status: 'ok', detail: 'Not configured (skipped)' };
    const unhealthy = db.status === 'fail' || leads.status === 'fail';
    return {
        status: unhealthy ? 'unhealthy' : celery.status === 'fail' ? 'degraded' : 'ok',
        version: { git_sha: 'unknown', build: version },
        checks: { db, leads, celery },
        timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
    };
}
async function check(ask) {
    const began = performance.now();
    try {
        await ask();
        return { status: 'ok', latency_ms: Math.round(performance.now() - began) };
    }
    catch (error) {
        return { status: 'fail', detail: error instanceof Error ? error.message : String(error) };
    }
}
