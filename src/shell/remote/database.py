# What the live database is and which migrations it says were applied. Reads only.
DESCRIBE = """
SELECT json_build_object(
  'name', current_database(), 'role', current_user, 'serverVersion', current_setting('server_version'),
  'oid', (SELECT oid::text FROM pg_database WHERE datname = current_database()),
  'sizeBytes', pg_database_size(current_database()),
  'foreignExtensions', (SELECT coalesce(json_agg(extname ORDER BY extname), '[]') FROM pg_extension
                        WHERE pg_get_userbyid(extowner) <> current_user AND extname <> 'plpgsql'),
  'foreignObjects', (SELECT coalesce(json_agg(label ORDER BY label), '[]') FROM (
      SELECT n.nspname || '.' || c.relname || ' (' || pg_get_userbyid(c.relowner) || ')' AS label
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND pg_get_userbyid(c.relowner) <> current_user
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY 1 LIMIT 20) AS objects),
  'unreadable', (SELECT coalesce(json_agg(label ORDER BY label), '[]') FROM (
      SELECT n.nspname || '.' || c.relname AS label
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'm', 'S') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        AND (NOT has_schema_privilege(n.oid, 'USAGE') OR NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid))
      ORDER BY 1 LIMIT 20) AS objects),
  'grantees', (SELECT coalesce(json_agg(DISTINCT grantee), '[]') FROM (
      SELECT pg_get_userbyid(a.grantee) AS grantee
      FROM pg_class c, aclexplode(c.relacl) a
      WHERE pg_get_userbyid(c.relowner) = current_user AND a.grantee <> c.relowner AND a.grantee <> 0) AS grants),
  'applied', (SELECT coalesce(json_agg(json_build_object('app', app, 'name', name,
                'appliedAt', to_char(applied AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) ORDER BY applied, id), '[]')
              FROM django_migrations))
"""
ADDRESS = 'printf "%s\\n%s\\n" "$DJANGO_DB_HOST" "${DJANGO_DB_PORT:-5432}"; '

code, out, err = psql(DESCRIBE, before=ADDRESS)
if code == 2:
    # psql's code for a connection that did not come about or broke; the first line says which.
    answer({"problem": "the database does not answer: %s" % (err.strip().splitlines() or ["psql said nothing"])[0].replace("psql: error: ", ""), "code": "cause-elsewhere"})
elif code != 0:
    answer({"problem": (err.strip().splitlines() or ["psql stopped with exit code %d" % code])[-1]})
else:
    host, port, facts = out.split("\n", 2)
    answer(dict(json.loads(facts), host=host, port=int(port)))
