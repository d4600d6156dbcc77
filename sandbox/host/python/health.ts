import { queryRows } from '../database/client.ts';
import type { Project } from './django.ts';
import type { SiteCode } from './site-code.ts';

interface Check {
  readonly status: 'ok' | 'fail';
  readonly latency_ms?: number;
  readonly detail?: string;
}

/** The answer of the platform's health page. */
export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'unhealthy';
  readonly version: { readonly git_sha: string; readonly build: string };
  readonly checks: Readonly<Record<string, Check>>;
  readonly timestamp: string;
}

const LATEST_BEAT =
  "SELECT extract(epoch FROM now() - beat_at) FROM website_workerheartbeat WHERE name = 'default'";
/** A worker that has been silent for so many seconds counts as dead. */
const SILENT_SECONDS = 15;

/** A site without its database or leads is unhealthy. Without its worker it is only degraded. */
export async function healthReport(
  { login, usesCelery, version }: Project,
  code: SiteCode,
): Promise<HealthReport> {
  const db = await check(() => queryRows(login, 'SELECT 1'));
  const leads = await check(() => queryRows(login, code.latestLead));
  const celery = usesCelery
    ? await check(async () => {
        const [[silence] = []] = await queryRows(login, LATEST_BEAT);
        if (Number(silence ?? SILENT_SECONDS) >= SILENT_SECONDS) throw new Error('no heartbeat');
      })
    : { status: 'ok' as const, detail: 'Not configured (skipped)' };
  const unhealthy = db.status === 'fail' || leads.status === 'fail';
  return {
    status: unhealthy ? 'unhealthy' : celery.status === 'fail' ? 'degraded' : 'ok',
    version: { git_sha: 'unknown', build: version },
    checks: { db, leads, celery },
    timestamp: `${new Date().toISOString().slice(0, 19)}Z`,
  };
}

async function check(ask: () => Promise<unknown>): Promise<Check> {
  const began = performance.now();
  try {
    await ask();
    return { status: 'ok', latency_ms: Math.round(performance.now() - began) };
  } catch (error) {
    return { status: 'fail', detail: error instanceof Error ? error.message : String(error) };
  }
}
