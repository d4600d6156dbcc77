# How the site's database is asked. Needs env-file.py.

def address_in(values):
    """(host, port, name) of a database, by the variables of a site."""
    return values.get("DJANGO_DB_HOST", ""), values.get("DJANGO_DB_PORT") or "5432", values.get("DJANGO_DB_NAME", "")

def psql_login(database=None):
    """(words, variables) of a psql that logs in as the site's role. `database`: another one than the site's."""
    values = site_env()
    host, port, name = address_in(values)
    words = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", values.get("DJANGO_DB_USER", ""), "-d", database or name]
    return words, {"PGPASSWORD": values.get("DJANGO_DB_PASSWORD", ""), "PGCONNECT_TIMEOUT": "10"}

def psql(sql, statement_ms=0, database=None):
    """Runs one statement as the site's role, in a transaction of its own. `statement_ms`: 0 means no time limit. A pooler refuses
    a limit that comes with the login, and one that is set for the session would stay on the server for whoever gets that session
    next. `database`: another one than the site's."""
    argv, variables = psql_login(database)
    limited = "SET LOCAL statement_timeout = %d; %s" % (statement_ms, sql) if statement_ms else sql
    return with_environment(argv + ["-c", limited], more=variables)
