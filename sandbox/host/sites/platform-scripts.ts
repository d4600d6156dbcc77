import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import type { Places } from '../places.ts';

/** Installs the platform's own scripts where the configuration says they are. */
export function writePlatformScripts({ scripts, sum }: Places): void {
  mkdirSync(scripts, { recursive: true });
  for (const [name, text] of [
    ['backup_db.sh', backup(sum)],
    ['restore_db.sh', restore(sum)],
  ] as const) {
    writeFileSync(`${scripts}/${name}`, text);
    chmodSync(`${scripts}/${name}`, 0o755);
  }
}

/** It has the platform's weakness: if pg_dump fails, it leaves a small valid file with a normal name. */
function backup(sum: string): string {
  return `#!/usr/bin/env bash
# backup_db.sh --site-slug SLUG
# Writes a compressed dump of the site's database to its backups directory and prints the path.
set -euo pipefail
say() { printf '[backup_db] %s\\n' "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }
slug=\${SITE_SLUG:-}
while [ $# -gt 0 ]; do
  case $1 in
    --site-slug) [ $# -ge 2 ] || die "--site-slug needs a value"; slug=$2; shift 2 ;;
    -h | --help) sed -n 's/^# //p' "$0"; exit 0 ;;
    *) die "unknown argument: $1" ;;
  esac
done
[ -n "$slug" ] || die "--site-slug is missing"
root='${sum}'/$slug
[ -r "$root/.env" ] || die "$root/.env cannot be read"
set -a
. "$root/.env"
set +a
umask 077
mkdir -p "$root/backups"
target=$root/backups/\${slug}_db_$(date -u +%Y%m%dT%H%M%SZ).sql.gz
say "dumping $DJANGO_DB_NAME"
PGPASSWORD=$DJANGO_DB_PASSWORD pg_dump -h "$DJANGO_DB_HOST" -p "\${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" \\
  --no-owner --no-privileges --clean --if-exists "$DJANGO_DB_NAME" | gzip >"$target"
say "written"
printf '%s\\n' "$target"
`;
}

/** Replays a dump as it is, without a transaction of its own: a newer schema makes it stop half way with exit code 3. */
function restore(sum: string): string {
  return `#!/usr/bin/env bash
# restore_db.sh --site-slug SLUG --file FILE.sql.gz --i-know-this-will-overwrite [--no-restart]
# Replays a dump over the site's database; stops gunicorn before and starts it after unless told not to.
set -euo pipefail
say() { printf '[restore_db] %s\\n' "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }
slug='' file='' sure=no restart=yes
while [ $# -gt 0 ]; do
  case $1 in
    --site-slug) [ $# -ge 2 ] || die "--site-slug needs a value"; slug=$2; shift 2 ;;
    --file) [ $# -ge 2 ] || die "--file needs a value"; file=$2; shift 2 ;;
    --i-know-this-will-overwrite) sure=yes; shift ;;
    --no-restart) restart=no; shift ;;
    -h | --help) sed -n 's/^# //p' "$0"; exit 0 ;;
    *) die "unknown argument: $1" ;;
  esac
done
[ -n "$slug" ] || die "--site-slug is missing"
[ -n "$file" ] || die "--file is missing"
[ "$sure" = yes ] || die "Refusing to run without --i-know-this-will-overwrite"
[ -f "$file" ] || die "no such backup: $file"
root='${sum}'/$slug
[ -r "$root/.env" ] || die "$root/.env cannot be read"
set -a
. "$root/.env"
set +a
unit=sum-$slug-gunicorn.service
if [ "$restart" = yes ]; then
  say "stopping $unit"
  sudo -n systemctl stop "$unit" || true
fi
say "restoring $file into $DJANGO_DB_NAME"
gunzip -c "$file" | PGPASSWORD=$DJANGO_DB_PASSWORD psql -q --set ON_ERROR_STOP=on -h "$DJANGO_DB_HOST" \\
  -p "\${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" >/dev/null
if [ "$restart" = yes ]; then
  say "starting $unit"
  sudo -n systemctl start "$unit"
fi
say "Restore complete"
`;
}
