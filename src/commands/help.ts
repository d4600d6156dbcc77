/** What the bot understands: an example first, then what it does; one line each. */
export const HELP_LINES: readonly string[] = [
  '`/rollback acme-kitchens v0.5.0` looks at the site, says what it found and what it will do, and changes nothing until people have decided.',
  '`/rollback acme-kitchens` opens a form for that site, and `/rollback` alone one for any site.',
  '`/rollback acme-kitchens v0.5.0 --code-only` rolls back the code and leaves the database as it is.',
  '`/rollback acme-kitchens v0.5.0 --full` rolls back the code and restores a backup of the database.',
  '`/rollback acme-kitchens --database-only` restores a backup of the database and leaves the code as it is.',
  'Without one of these three the evidence chooses and says why.',
  '`--backup FILE` names the backup to restore; without it the evidence chooses.',
  '`--reason "checkout is broken"` says why, for the record.',
  '`--dry-run` shows the plan and stops there.',
  '`/rollback status` says what is going on; `/rollback status acme-kitchens` how that site stands, `/rollback status acme-kitchens-7` how that run stands and who can do what.',
  '`/rollback history` lists the newest runs, and `/rollback history acme-kitchens` those of one site.',
  '`/rollback cancel acme-kitchens-7` stops a run: at once before the site is down, else at the next safe point.',
  '`/rollback sites` lists the sites and whether each is ready for a rollback; write `acme-kitchens@staging` where a site has several environments.',
  '`/rollback help` shows this.',
];

export function helpText(): string {
  return HELP_LINES.join('\n');
}
