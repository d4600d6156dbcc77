# Whether everything is there that the restored copy creates: PostgreSQL's catalogs beside the list that was made with the copy.
CATALOGS = """
SELECT coalesce(json_agg(DISTINCT kind || ' ' || CASE schema WHEN 'public' THEN '' ELSE schema || '.' END || name), '[]') FROM (
  SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'foreign table'
         WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END AS kind, n.nspname AS schema, c.relname::text AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I')
  UNION ALL SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, p.proname
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  UNION ALL SELECT 'trigger', n.nspname, t.tgname || ' on ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal
  UNION ALL SELECT 'policy', n.nspname, p.polname || ' on ' || c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL SELECT 'rule', n.nspname, r.rulename || ' on ' || c.relname FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL SELECT 'constraint', n.nspname, t.conname || ' on ' || c.relname FROM pg_constraint t JOIN pg_class c ON c.oid = t.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname, t.typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  UNION ALL SELECT 'statistics', n.nspname, e.stxname FROM pg_statistic_ext e JOIN pg_namespace n ON n.oid = e.stxnamespace
  UNION ALL SELECT 'collation', n.nspname, c.collname FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
  UNION ALL SELECT 'schema', 'public', nspname FROM pg_namespace
  UNION ALL SELECT 'server', 'public', srvname FROM pg_foreign_server
  UNION ALL SELECT 'publication', 'public', pubname FROM pg_publication) AS present
WHERE schema !~ '^pg_' AND schema <> 'information_schema'
"""
# What else is in the list has no row of its own in these catalogs.
COMPARED = ("table ", "view ", "materialized view ", "index ", "sequence ", "foreign table ", "function ", "procedure ", "aggregate ", "trigger ", "policy ", "rule ",
            "constraint ", "type ", "domain ", "statistics ", "collation ", "schema ", "server ")

text = read_text(os.path.join(RUNS, PARAMETERS["run"], "objects"))
if text is None:
    stop("the list of what the copy creates is gone")
code, out, err = psql(CATALOGS)
if code != 0:
    stop("the database did not say what is in it", err)
wanted = [label for label in json.loads(text) if label.startswith(COMPARED)]
present = set(json.loads(out))
answer({"wanted": len(wanted), "missing": [label for label in wanted if label not in present][:50]})
