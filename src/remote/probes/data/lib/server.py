# What of the server decides which statements of a backup a restore replays. Needs core.py.
ASK_SERVER = """
WITH asked AS (SELECT '%(asked)s'::json AS names)
SELECT json_build_object(
  'me', current_user,
  'missing_roles', (SELECT coalesce(json_agg(name), '[]') FROM asked, json_array_elements_text(names->'roles') AS name
                   WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name)),
  'publications', (SELECT coalesce(json_agg(pubname), '[]') FROM pg_publication WHERE pg_get_userbyid(pubowner) = current_user),
  'tablespaces', (SELECT coalesce(json_agg(spcname), '[]') FROM pg_tablespace WHERE has_tablespace_privilege(oid, 'CREATE') OR spcname = 'pg_default'),
  'extensions', (SELECT coalesce(json_object_agg(name, CASE
      WHEN NOT EXISTS (SELECT 1 FROM pg_available_extensions available WHERE available.name = wanted.name) THEN 'which this server does not have'
      WHEN NOT EXISTS (SELECT 1 FROM pg_available_extension_versions version WHERE version.name = wanted.name AND (version.trusted OR NOT version.superuser))
        OR NOT has_database_privilege(current_database(), 'CREATE')
        THEN format('which only a superuser may create: CREATE EXTENSION %%I', wanted.name) END), '{}')
    FROM asked, json_array_elements_text(names->'extensions') AS wanted(name)))
"""

def ask_server(roles, extensions):
    """The question. `roles`, `extensions`: the names in the backup."""
    names = json.dumps({"roles": roles, "extensions": extensions}).replace("'", "''")
    return ASK_SERVER % {"asked": names}

def filter_of(known):
    """The part of the answer that Server in restorable.py takes."""
    return {name: known[name] for name in ("me", "missing_roles", "publications", "tablespaces")}
