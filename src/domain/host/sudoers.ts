import type { Site } from '../site/site.ts';
import { unitNames } from '../site/units.ts';

/** What a line of sudoers is made of: nothing that a host says gets into it. */
export type SudoersSite = Pick<Site, 'slug' | 'host'>;

const VERBS = ['stop', 'start', 'reset-failed'] as const;

const SYSTEMCTL = '/usr/bin/systemctl';
/** Where hosts with an older layout have it. */
const OTHER_SYSTEMCTL = '/bin/systemctl';

/** The right for one command of the switch, as the survey asks for it. */
export function rightText(verb: (typeof VERBS)[number], unit: string): string {
  return `systemctl ${verb} ${unit}`;
}

/**
 * The line that grants these rights and nothing more; null: they are for a unit of another name, and the bot writes no line for
 * that. `systemctl`: where the host has it.
 */
function sudoersLine(site: SudoersSite, systemctl: string | null, missing: readonly string[]): string | null {
  const known = Object.values(unitNames(site)).flatMap((unit) => VERBS.map((verb) => rightText(verb, unit)));
  const path = systemctl === OTHER_SYSTEMCTL ? OTHER_SYSTEMCTL : SYSTEMCTL;
  const commands = missing
    .filter((right) => known.includes(right))
    .map((right) => right.replace(/^systemctl/, path));
  return commands.length === 0 ? null : `${site.host.user} ALL=(root) NOPASSWD: ${commands.join(', ')}`;
}

/** What to do about missing rights. `add`: how to say where the line belongs. */
export function grantText(
  site: SudoersSite,
  { systemctl, missing }: { readonly systemctl: string | null; readonly missing: readonly string[] },
  add = 'Add to sudoers (visudo -f /etc/sudoers.d/rollback-bot):',
): string {
  const line = sudoersLine(site, systemctl, missing);
  return line === null
    ? `The unit has another name than the platform gives it, so the bot writes no line for sudoers. If it is this site's, let ${site.host.user} stop and start it.`
    : `${add}\n${line}`;
}
