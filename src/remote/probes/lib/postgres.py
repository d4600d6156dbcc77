# The site's database, asked with psql.

PSQL = 'export PGPASSWORD="$DJANGO_DB_PASSWORD" PGCONNECT_TIMEOUT=10 PGOPTIONS="$2"; exec psql -XAtq -v ON_ERROR_STOP=1 -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" -c "$1"'

def psql(sql, statement_ms=0, before=""):
    """Runs one statement as the site's role; 0 ms: without a limit of its own. `before`: shell that runs in front of it."""
    return with_environment(["bash", "-c", before + PSQL, "psql", sql, "-c statement_timeout=%d" % statement_ms])
