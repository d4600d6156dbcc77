import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { StandInHost } from '../../support/host/stand-in-host.ts';

/** The attempts that continue after a decision. */
export const SECOND = 'acme-kitchens-1/attempt-2';
export const THIRD = 'acme-kitchens-1/attempt-3';

export const UNIT = 'sum-acme-kitchens-gunicorn.service';
export const MIGRATIONS_BEFORE = ['0001_initial', '0002_phone', '0003_split']
  .map((name) => `website.${name}`)
  .join('\n');

/** A full rollback that stops at `static`, after the database was restored. */
export function heldRun(host: StandInHost, shell: string): string {
  const program = host.program('full');
  host.set('fail-static', 'yes');
  host.run(shell, program);
  expect(host.result()).toBe('hold static 1');
  return program;
}

/** A full rollback whose host died in the checkout, with the original database. */
export function cutInCheckout(host: StandInHost, shell: string): string {
  const program = heldRun(host, shell);
  for (const name of ['code-checkout', 'began-restore', 'code-restore', 'database-restored'])
    rmSync(host.runFile(name));
  host.set('database', 'relations-before');
  host.set('migrations', MIGRATIONS_BEFORE);
  mend(host, 'fail-static');
  return program;
}

/** Takes a fault away again. */
export function mend(host: StandInHost, name: string): void {
  rmSync(join(host.root, '..', 'state', name));
}

/** Starts the site without the bot, as systemd does at a boot or a person by hand. Then someone uses it. */
export function cameUp(host: StandInHost, lead: string): void {
  host.set(`unit-${UNIT}`, 'active');
  host.set('leads', lead);
}

/** What the safety backup has. */
export function safetyBackup(host: StandInHost, run?: string): string {
  return gunzipSync(readFileSync(host.runFile('safety.sql.gz', run))).toString();
}
