/** What the bot understands: an example first, then what it does; one line each. */
export const HELP_LINES: readonly string[] = [
  '`/rollback acme-kitchens v0.5.0` checks the site, shows what it found and what it will do, and changes nothing until people have decided.',
  '`/rollback acme-kitchens` opens a form for that site, and `/rollback` alone one for any site.',
  '`/rollback acme-kitchens v0.5.0 --code-only` rolls back the code and leaves the database as it is.',
  '`/rollback acme-kitchens v0.5.0 --full` rolls back the code and restores a backup of the database.',
  '`/rollback acme-kitchens --database-only` restores a backup of the database and leaves the code as it is.',
  'Without one of these three, the bot chooses and says why.',
  '`--backup FILE` names the backup to restore; without it, the bot chooses.',
  '`--reason "checkout is broken"` says why, for the record.',
  '`--dry-run` shows the plan and stops there.',
  '`/rollback status` shows what is running, `/rollback status acme-kitchens` how that site stands, and `/rollback status acme-kitchens-7` how that run stands and who can do what.',
  '`/rollback history` lists the newest runs, and `/rollback history acme-kitchens` those of one site.',
  '`/rollback cancel acme-kitchens-7` stops a run: at once if the site is still up, otherwise at the next safe point.',
  '`/rollback undo acme-kitchens-7` undoes a rollback: it brings back the code, environment and database from just before. `/rollback undo acme-kitchens` undoes the newest one.',
  '`/rollback sites` lists the sites, whether each is ready for a rollback, and which versions are quarantined. Write `acme-kitchens@staging` if a site has several environments.',
  '`/rollback factor` says whether you have a second factor for approvals; `/rollback factor WORD` sets one up, with the word of an invitation.',
  '`/rollback help` shows this.',
];

export function helpText(): string {
  return HELP_LINES.join('\n');
}
