# How many rows each table of the site has now, so that people see what a restore would remove. It only reads. If counting a table
# takes too long, or the time is over, it reports the planner's estimate.
import time

DEADLINE = time.monotonic() + PARAMETERS["seconds"]
LONGEST_MS = 4000
SMALL_BYTES = 8 << 20
TABLES_AT_ONCE = 25
TABLES = """
SELECT coalesce(json_agg(json_build_object('name', CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname, 'quoted', format('%I.%I', n.nspname, c.relname),
         'estimate', greatest(c.reltuples, 0)::bigint, 'bytes', pg_relation_size(c.oid)) ORDER BY pg_relation_size(c.oid)), '[]')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""

def ask(sql):
    """The only value of the answer. None: refused, too slow, or the time for all tables is over."""
    left = int(min(LONGEST_MS, (DEADLINE - time.monotonic()) * 1000))
    if left <= 0:
        return None
    code, out, _ = psql(sql, statement_ms=left)
    return json.loads(out) if code == 0 else None

def groups(tables):
    """Small tables together, because a connection costs more than counting them. Each big one alone."""
    small = [table for table in tables if table["bytes"] <= SMALL_BYTES]
    for first in range(0, len(small), TABLES_AT_ONCE):
        yield small[first:first + TABLES_AT_ONCE]
    for table in tables:
        if table["bytes"] > SMALL_BYTES:
            yield [table]

tables = ask(TABLES)
if tables is None:
    stop("the rows of the database cannot be counted")
counted = {}
for group in groups(tables):
    exact = ask("SELECT json_build_array(%s)" % ", ".join("(SELECT count(*) FROM %s)" % table["quoted"] for table in group))
    for number, table in enumerate(group):
        counted[table["name"]] = {"rows": exact[number] if exact else table["estimate"], "exact": exact is not None}
large = ask("SELECT count(*) FROM pg_largeobject_metadata WHERE pg_get_userbyid(lomowner) = current_user")
if large:
    counted["large objects"] = {"rows": large, "exact": True}
answer({"tables": counted})
