# How many rows the site's tables have now, so that people see what a restore takes away. Reads only, and gives up in time:
# a table that takes too long to count, or comes too late, has the planner's estimate.
import time

DEADLINE = time.monotonic() + PARAMETERS["seconds"]
LONGEST_MS = 4000
SMALL = 8 << 20
TOGETHER = 25
TABLES = """
SELECT coalesce(json_agg(json_build_object('name', c.relname, 'quoted', format('%I.%I', n.nspname, c.relname),
         'estimate', greatest(c.reltuples, 0)::bigint, 'bytes', pg_relation_size(c.oid)) ORDER BY pg_relation_size(c.oid)), '[]')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
"""

def ask(sql):
    """The one value of the answer, or None: refused, too slow, or the time for all is over."""
    left = int(min(LONGEST_MS, (DEADLINE - time.monotonic()) * 1000))
    if left <= 0:
        return None
    code, out, _ = psql(sql, statement_ms=left)
    return json.loads(out) if code == 0 else None

def groups(tables):
    """Small tables are counted together, because a connection costs more than they do; a big one alone."""
    small = [table for table in tables if table["bytes"] <= SMALL]
    for at in range(0, len(small), TOGETHER):
        yield small[at:at + TOGETHER]
    for table in tables:
        if table["bytes"] > SMALL:
            yield [table]

tables = ask(TABLES)
if tables is None:
    stop("the rows of the database cannot be counted")
counted = {}
for group in groups(tables):
    exact = ask("SELECT json_build_array(%s)" % ", ".join("(SELECT count(*) FROM %s)" % table["quoted"] for table in group))
    for number, table in enumerate(group):
        counted[table["name"]] = {"rows": exact[number] if exact else table["estimate"], "exact": exact is not None}
answer({"tables": counted})
