# What the live database has beside its rows, as pg_dump writes it. Needs restorable.py and core.py.

PG_DUMP = 'export PGPASSWORD="$DJANGO_DB_PASSWORD" PGCONNECT_TIMEOUT=10; exec pg_dump -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" --schema-only --lock-wait-timeout=10000'

def live_schema():
    """The parts of a dump of the live database without its rows. Ends the probe if there is none."""
    code, out, err = with_environment(["bash", "-c", PG_DUMP], timeout=120)
    if code != 0:
        stop("pg_dump can't read the live database", err)
    return Scanner(out.encode("utf-8", "surrogateescape").splitlines(True)).parts()

def is_right(statement):
    return verb(statement) in ("GRANT", "REVOKE") or (verb(statement) == "ALTER" and statement.words[1:3] == ["DEFAULT", "PRIVILEGES"])
