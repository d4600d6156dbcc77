# What the live database is, and which migrations it says are applied. It only reads.
DESCRIBE = """
SELECT json_build_object(
  'name', current_database(), 'role', current_user, 'serverVersion', current_setting('server_version'),
  'oid', (SELECT oid::text FROM pg_database WHERE datname = current_database()),
  'sizeBytes', pg_database_size(current_database()),
  'mayCreate', (SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user),
  'foreignExtensions', (SELECT coalesce(json_agg(extname ORDER BY extname), '[]') FROM pg_extension
                        WHERE pg_get_userbyid(extowner) <> current_user AND extname <> 'plpgsql'),
  'leftAlone', (SELECT coalesce(json_agg(json_build_array(kind, name) ORDER BY kind, name), '[]') FROM (
      SELECT 'extension' AS kind, extname::text AS name FROM pg_extension WHERE pg_get_userbyid(extowner) <> current_user
      UNION ALL SELECT 'publication', pubname FROM pg_publication WHERE NOT pg_has_role(pubowner, 'USAGE')
      UNION ALL SELECT 'subscription', subname FROM pg_subscription WHERE NOT pg_has_role(subowner, 'USAGE')
      UNION ALL SELECT 'event trigger', evtname FROM pg_event_trigger WHERE NOT pg_has_role(evtowner, 'USAGE')
      UNION ALL SELECT 'language', lanname FROM pg_language WHERE NOT pg_has_role(lanowner, 'USAGE')
      UNION ALL SELECT 'foreign data wrapper', fdwname FROM pg_foreign_data_wrapper WHERE NOT pg_has_role(fdwowner, 'USAGE')
      UNION ALL SELECT 'server', srvname FROM pg_foreign_server WHERE NOT pg_has_role(srvowner, 'USAGE')
      UNION ALL SELECT 'schema', nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND NOT pg_has_role(nspowner, 'USAGE')) AS others),
  'foreignObjects', (SELECT coalesce(json_agg(label ORDER BY label), '[]') FROM (
      SELECT n.nspname || '.' || c.relname || ' (' || pg_get_userbyid(c.relowner) || ')' AS label
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND pg_get_userbyid(c.relowner) <> current_user
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      -- A restore can neither drop it nor make it again under its number.
      UNION ALL SELECT 'large object ' || oid || ' (' || pg_get_userbyid(lomowner) || ')' FROM pg_largeobject_metadata WHERE pg_get_userbyid(lomowner) <> current_user
      -- A function in C can't be made again by the site's role. Where that role owns the schema, it goes with it.
      UNION ALL SELECT 'function ' || n.nspname || '.' || p.proname || ' (' || pg_get_userbyid(p.proowner) || ')'
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
      WHERE NOT l.lanpltrusted AND p.prokind <> 'a' AND pg_get_userbyid(p.proowner) <> current_user AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND pg_has_role(n.nspowner, 'USAGE') AND l.lanname NOT IN ('sql')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
      -- If the role drops its schema, other roles' extensions in it go as well, and the copy of the backup doesn't create those.
      UNION ALL SELECT 'extension ' || e.extname || ' (' || pg_get_userbyid(e.extowner) || ')'
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE pg_get_userbyid(e.extowner) <> current_user AND pg_get_userbyid(n.nspowner) = current_user
      UNION ALL SELECT CASE other.class WHEN 'pg_namespace'::regclass THEN '' ELSE n.nspname || '.' END || other.name
        || ' (' || pg_get_userbyid(other.owner) || ')'
      FROM (SELECT 'pg_namespace'::regclass AS class, oid, oid AS schema, nspname AS name, nspowner AS owner
            FROM pg_namespace WHERE nspname <> 'public'
            UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace, proname, proowner FROM pg_proc
            UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace, typname, typowner FROM pg_type WHERE typtype IN ('d', 'e', 'r')
            UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgnamespace, cfgname, cfgowner FROM pg_ts_config) AS other
      JOIN pg_namespace n ON n.oid = other.schema
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT pg_has_role(other.owner, 'USAGE')
        -- The owner of a schema may drop everything in it.
        AND NOT pg_has_role(n.nspowner, 'USAGE')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = other.class AND d.objid = other.oid AND d.deptype = 'e')
      ORDER BY 1 LIMIT 20) AS objects),
  'unreadable', (SELECT coalesce(json_agg(label ORDER BY label), '[]') FROM (
      SELECT n.nspname || '.' || c.relname AS label
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'm', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid))
      ORDER BY 1 LIMIT 20) AS objects),
  'applied', (SELECT coalesce(json_agg(json_build_object('app', app, 'name', name,
                'appliedAt', to_char(applied AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY applied, id), '[]')
              FROM django_migrations))
"""
def normalized(host, port, name):
    return ("" if host in ("localhost", "127.0.0.1", "::1") else host, port, name)

def variables_in(env):
    """The variables of another site, whether systemd reads its .env or only bash does."""
    try:
        with open(env, "rb") as file:
            text = file.read(LARGEST_ENV).decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    return {key.split()[-1]: value for _, key, value in env_entries(text)}

def neighbours(own):
    """Other sites on this host that use the same database: a restore would remove their data."""
    found = []
    for env in sorted(glob.glob(os.path.join(os.path.dirname(os.path.realpath(ROOT)), "*", ".env"))):
        folder = os.path.dirname(env)
        if os.path.realpath(folder) != os.path.realpath(ROOT):
            if normalized(*address_in(variables_in(env))) == own:
                found.append(folder)
    return found

host, port, _ = address_in(site_env())
code, out, err = psql(DESCRIBE)
if code == 2:
    # psql ends with 2 if it can't connect or loses the connection. The first line says which.
    answer({"problem": "the database does not answer: %s" % (err.strip().splitlines() or ["psql said nothing"])[0].replace("psql: error: ", ""), "code": "cause-elsewhere"})
elif code != 0:
    answer({"problem": (err.strip().splitlines() or ["psql stopped without a word"])[-1]})
else:
    described = json.loads(out)
    answer(dict(described, host=host, port=int(port), neighbours=neighbours(normalized(host, port, described["name"])),
                pooler=pooler(host, int(port))))
