import type { Nights } from '../app/ports/readiness.ts';
import { openQueue, type QueueLink, type QueueOptions, type WakeupQueue, wakeNow } from './wakeup-queue.ts';

/** Stands in a night's job instead of a site, and means all of them. */
export const EVERY_SITE = 'every-site';

/** When the nightly checks begin. */
export interface NightTime {
  /** `03:30` */
  readonly at: string;
  readonly timeZone: string;
}

export interface OpenNights extends Nights {
  /**
   * Makes sure that there is one job for the next night, however many workers ask and however often. A job that came due
   * while no worker ran stays; the first worker takes it. `null`: no nightly checks.
   */
  keep(time: NightTime | null): Promise<void>;
  close(): Promise<void>;
}

const NIGHT = 'night';

/** Opens the queues of the readiness checks. Errors of every method: throws the link's sentence. */
export function openNights(link: QueueLink, options: QueueOptions = {}): OpenNights {
  const looks = openQueue('look', link, options);
  const reports = openQueue('report', link, options);
  return {
    look: (site) => link.run(() => wakeNow(looks, site)),
    report: (site) => link.run(() => wakeNow(reports, site)),
    keep: (time) => link.run(() => keepNight(looks, time)),
    close: async () => {
      await Promise.all([looks.close(), reports.close()]);
    },
  };
}

async function keepNight(looks: WakeupQueue, time: NightTime | null): Promise<void> {
  if (time === null) {
    await looks.removeJobScheduler(NIGHT);
    return;
  }
  const [hour = '', minute = ''] = time.at.split(':');
  const pattern = `${Number(minute)} ${Number(hour)} * * *`;
  const kept = await looks.getJobScheduler(NIGHT);
  const isSame = kept?.pattern === pattern && kept.tz === time.timeZone;
  // Redis may have failed just when the last night's job was adding the next one. Then there is a schedule but no job.
  if (isSame && kept.next !== undefined && (await looks.getJob(`repeat:${NIGHT}:${kept.next}`)) !== undefined)
    return;
  await looks.upsertJobScheduler(
    NIGHT,
    { pattern, tz: time.timeZone },
    { name: NIGHT, data: { runId: EVERY_SITE } },
  );
}
