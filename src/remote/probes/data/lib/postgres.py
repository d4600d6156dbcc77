# How the site's database is asked. Needs core.py.

PSQL = 'export PGPASSWORD="$DJANGO_DB_PASSWORD" PGCONNECT_TIMEOUT=10 PGOPTIONS="$2"; exec psql -XAtq -v ON_ERROR_STOP=1 -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" -c "$1"'

def psql(sql, statement_ms=0, before=""):
    """Runs one statement as the site's role. `statement_ms`: 0 means no time limit. `before`: shell code that runs first."""
    return with_environment(["bash", "-c", before + PSQL, "psql", sql, "-c statement_timeout=%d" % statement_ms])
