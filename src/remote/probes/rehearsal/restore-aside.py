# Restores a backup into a side database, in one transaction, while the live database stays as it is. What can't be replayed on this
# server by this role shows here, in PostgreSQL's own words.
import gzip

LIST_SETTINGS = ("search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries")
LIVE = """
SELECT json_build_object('database', to_jsonb(d) - 'datacl',
  'encoding', pg_encoding_to_char(d.encoding),
  'may', (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user),
  'settings', (SELECT coalesce(json_agg(setting), '[]') FROM pg_db_role_setting s, unnest(s.setconfig) AS setting WHERE s.setdatabase = d.oid AND s.setrole = 0),
  'extensions', (SELECT coalesce(json_agg(json_build_array(e.extname, n.nspname) ORDER BY e.oid), '[]') FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname <> 'plpgsql'))
FROM pg_database d WHERE d.datname = current_database()
"""

def locale_of(database):
    """The locale in the words of CREATE DATABASE. Newer servers have more of them."""
    words = ["LC_COLLATE %s" % text_literal(database["datcollate"]), "LC_CTYPE %s" % text_literal(database["datctype"])]
    provider = database.get("datlocprovider", "c")
    locale = database.get("datlocale") or database.get("daticulocale")
    if provider == "i":
        words += ["LOCALE_PROVIDER icu", "ICU_LOCALE %s" % text_literal(locale)]
        if database.get("daticurules"):
            words.append("ICU_RULES %s" % text_literal(database["daticurules"]))
    elif provider == "b":
        words += ["LOCALE_PROVIDER builtin", "BUILTIN_LOCALE %s" % text_literal(locale)]
    return words

def make_side(name, live):
    """An empty database like the live one, with its settings and with the extensions that a restore leaves alone."""
    with open(MADE, "w") as mark:
        mark.write(name)
        mark.flush()
        os.fsync(mark.fileno())
    told("CREATE DATABASE %s TEMPLATE template0 ENCODING %s %s" % (quoted(name), text_literal(live["encoding"]), " ".join(locale_of(live["database"]))))
    told("COMMENT ON DATABASE %s IS %s" % (quoted(name), text_literal(SIDE_MARK % PARAMETERS["site"])))
    told("REVOKE CONNECT, TEMPORARY ON DATABASE %s FROM PUBLIC" % quoted(name))
    for setting in live["settings"]:
        variable, _, value = setting.partition("=")
        try:
            told("ALTER DATABASE %s SET %s = %s" % (quoted(name), variable, value if variable in LIST_SETTINGS else text_literal(value)))
        except NotHeld:
            raise NotHeld("the database has a setting that only a superuser may give to another one (%s)" % variable)
    left_alone = {tuple(one) for one in PARAMETERS["leftAlone"]}
    for extension, schema in live["extensions"]:
        if ("extension", extension) in left_alone:
            told("CREATE SCHEMA IF NOT EXISTS %s" % quoted(schema), name)
            told("CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s CASCADE" % (quoted(extension), quoted(schema)), name)

def restore_into(name):
    """Replays the backup in one transaction. Errors: Failed with PostgreSQL's words, and NotHeld if it goes too far."""
    argv, variables = psql_login(name)
    env = dict(os.environ, LC_ALL="C.UTF-8", PGAPPNAME="rollback-bot", **variables)
    known = asked(ask_server(PARAMETERS["roles"], PARAMETERS["extensions"]))
    server = Server(PARAMETERS["leftAlone"], **filter_of(known))
    with tempfile.TemporaryFile() as said, open(PARAMETERS["backup"]["path"], "rb") as whole:
        client = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=env)
        try:
            source = Hashed(whole)
            try:
                client.stdin.write(b"BEGIN;\n")
                with gzip.GzipFile(fileobj=source) as lines:
                    for raw in restorable(lines, server):
                        client.stdin.write(raw)
                        watch()
                source.read_to_the_end()
                if source.digest.hexdigest() != PARAMETERS["backup"]["sha256"]:
                    raise NotHeld("the backup changed while it was being restored")
                client.stdin.write(EPILOGUE)
                client.stdin.close()
            except BrokenPipeError:
                pass
            while client.poll() is None:
                watch()
                time.sleep(0.05)
        finally:
            if client.poll() is None:
                client.kill()
            client.wait()
        said.seek(0)
        words = said.read(1 << 20).decode("utf-8", "replace")
    if client.returncode != 0:
        raise Failed("PostgreSQL says: %s" % postgres_words(words))

RESTORED = """
SELECT json_build_object(
  'migrations', (SELECT coalesce(json_agg(json_build_object('app', app, 'name', name)), '[]') FROM django_migrations),
  'rows', (SELECT coalesce(json_object_agg(label, rows), '{}') FROM (
    SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS label,
      (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM ONLY %I.%I', n.nspname, c.relname), false, true, '')))[1]::text::bigint AS rows
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')) AS counted))
"""

def restored():
    live = asked(LIVE)
    name = side_name(live["database"]["datname"])
    drop_side(name)
    if not live["may"]:
        raise NotHeld("its role may not create a database", "createdb")
    done = False
    try:
        make_side(name, live)
        restore_into(name)
        done = True
    except Unjudged as problem:
        raise NotHeld(str(problem))
    except Incomplete as problem:
        raise Failed(str(problem) or "the backup ends before the dump is complete")
    finally:
        if not done:
            drop_side(name)
    try:
        return asked(RESTORED, name, 120000)
    except NotHeld:
        # Counting a large database may take too long, and says nothing about the restore.
        return {"migrations": None, "rows": None}

held(restored, migrations=None, rows=None)
