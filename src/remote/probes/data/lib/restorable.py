# Which parts of a dump a restore replays. The copy of a backup and the way back of a switch use this alike. Needs statements.py.
#
# A restore is one transaction of the site's role. So these are left out, and nothing else:
#   the dump's own BEGIN and COMMIT, which pg_dump puts around large objects
#   \restrict and \unrestrict, which older versions of psql don't know
#   statements about objects of other roles that stay where they are, and owners and rights of roles that are not here
#   what only a superuser may make and holds no data of the site

# All servers of version 14 know these. Others are set only if the server has them.
COMMON_SETTINGS = {"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "client_encoding", "standard_conforming_strings", "check_function_bodies",
                   "xmloption", "client_min_messages", "row_security", "default_tablespace", "default_table_access_method", "search_path"}
MARK = re.compile(rb"\s*(?:--[^\n]*\n\s*)*\\(?:un)?restrict [A-Za-z0-9]+\s*\Z")
WIDER = {"database", "role", "user", "group", "tablespace", "system"}
NEVER = {"event trigger", "subscription"}

COUNTED = {"table", "view", "materialized view", "index", "sequence", "function", "procedure", "aggregate", "trigger", "policy", "rule", "type", "domain",
           "statistics", "collation", "schema", "foreign table", "server", "publication"}

# Migrations make and drop these all the time, and the rows of the tables say enough.
OF_TABLES = ("table ", "index ", "sequence ", "constraint ", "type ")

def label_of(schema, name):
    """A name for people: without the schema that everyone has."""
    return name if schema in (None, "public") else "%s.%s" % (schema, name)

class Objects:
    """The objects that statements create, as labels: kind and name."""
    def __init__(self):
        self.labels = set()
    def created(self, statement):
        which, found = verb(statement), subject(statement)
        if found is None:
            return
        kind, schema, name = found
        if which == "CREATE" and kind == "index":
            _, schema, _ = on_a_table(statement, kind, name, 0)
        if which == "CREATE" and kind in COUNTED:
            self.labels.add("%s %s" % (kind, label_of(schema, name)))
        elif which == "COMMENT":
            self.labels.add("comment on %s %s" % (kind, label_of(schema, name)))
        elif which == "ALTER" and kind == "publication" and "ADD" in statement.words:
            self.labels.add("publication %s: %s" % (name, member(statement)))
        elif which == "ALTER" and kind == "table" and by_hand(statement):
            self.labels.add("setting of table %s: %s" % (label_of(schema, name), by_hand(statement)))
        elif which == "ALTER" and kind == "table" and at_top(statement, "ADD") and "CONSTRAINT" in statement.words:
            constraint = identifier(statement.tokens[at_top(statement, "CONSTRAINT")[0] + 1])
            self.labels.add("constraint %s" % label_of(schema, "%s on %s" % (constraint, name)))

# What people set for a table or a column, and pg_dump writes as a statement of its own.
BY_HAND = re.compile(r"(?:ALTER COLUMN \S+ SET (?:STATISTICS|STORAGE|COMPRESSION|\()|REPLICA IDENTITY|CLUSTER ON|(?:ENABLE|FORCE) ROW LEVEL SECURITY|DISABLE TRIGGER|ENABLE (?:ALWAYS|REPLICA) TRIGGER).*")

def by_hand(statement):
    """The part of an ALTER TABLE that sets what people have chosen. None: it does something else."""
    found = BY_HAND.search(" ".join(text_of(token) for token in statement.tokens[:24]))
    return found.group()[:60] if found else None

def member(statement):
    """What an ALTER PUBLICATION adds: a table, or all tables of a schema."""
    place = at_top(statement, "ADD")[0] + 1
    while statement.words[place] in ("TABLE", "TABLES", "ONLY", "IN", "SCHEMA"):
        place += 1
    (schema, name), _ = qualified(statement.tokens, place)
    return "schema %s" % name if "SCHEMA" in statement.words else "table %s" % label_of(schema, name)

class Server:
    """What decides which statements are left out. `left_alone`: {(kind, name)} of other roles. `me`: the site's role. The rest is
    for dumps of other times and machines: the way back of a switch replays a dump of this very database."""
    def __init__(self, left_alone, me, missing_roles=(), publications=None, tablespaces=None):
        self.left_alone, self.me = {tuple(one) for one in left_alone}, me
        self.missing_roles, self.publications, self.tablespaces = missing_roles, publications, tablespaces

def judge_command(command):
    """Ends with Unjudged if this is another command of psql than those around every newer dump."""
    if not MARK.match(command.raw):
        raise Unjudged("it holds a command of psql: %s" % shown(command.raw.strip().rpartition(b"\n")[2]))

def judge(statement):
    """Ends with Unjudged if this bot doesn't know what a statement does in a restore."""
    found, which = subject(statement), verb(statement)
    if which not in VERBS or (which in COMMITS and len(statement.tokens) > 2) or statement.words[1:2] == ["PREPARED"]:
        raise Unjudged("it holds a statement that this bot doesn't know: %s" % begin_of(statement))
    if found and found[0] in WIDER and which != "COMMENT":
        raise Unjudged("it holds a statement that is about more than one database: %s" % begin_of(statement))
    if "CONCURRENTLY" in statement.words[:4]:
        raise Unjudged("it holds a statement that can't be part of one transaction: %s" % begin_of(statement))

def begin_of(statement):
    return shown(b" ".join(token.text for token in statement.tokens[:12]))

def is_about_the_system(statement):
    """A GRANT or REVOKE on something of PostgreSQL itself, or statistics of a newer server."""
    names = [text_of(token) for token in statement.tokens[:40]]
    if verb(statement) in ("GRANT", "REVOKE"):
        return any(name in ("pg_catalog", "information_schema") for name in names)
    return verb(statement) == "SELECT" and any(name.startswith(("pg_restore_relation_stats", "pg_restore_attribute_stats")) for name in names)

def left_out(statement, server):
    """Why a restore leaves this statement out: a label for people, or "" if nobody needs to know. None: it replays it."""
    which, found = verb(statement), subject(statement)
    if which in BEGINS | COMMITS or is_about_the_system(statement):
        return ""
    if found and ((found[0], found[2]) in server.left_alone or (found[0] in WIDER and which == "COMMENT")):
        return ""
    if found and found[0] in NEVER:
        return "%s %s" % (found[0], found[2]) if which == "CREATE" else ""
    if which == "SECURITY":
        return "a security label"
    return left_out_here(statement, server, found)

def left_out_here(statement, server, found):
    owner, session = new_owner(statement), session_role(statement)
    if owner is not None:
        return None if owner == server.me else "the owner %s" % owner
    if session is not None:
        return None if session == server.me else ""
    missing = [name for name in roles(statement) if name in server.missing_roles]
    if missing:
        return "what the role %s may do, which is not on this server" % missing[0]
    if verb(statement) == "ALTER" and statement.words[1:3] == ["DEFAULT", "PRIVILEGES"] and [name for place in at_top(statement, "FOR")[:1] for name in role_list(statement, place + 2)] not in ([], [server.me]):
        return "default privileges of another role"
    if found and found[0] == "publication" and server.publications is not None and found[2] not in server.publications:
        return "publication %s" % found[2] if verb(statement) == "CREATE" else ""
    space = tablespace(statement)
    if space and server.tablespaces is not None and space not in server.tablespaces:
        return "the tablespace %s" % space
    return None

def tablespace(statement):
    """The tablespace that a SET chooses. None: none."""
    if setting(statement) != "default_tablespace":
        return None
    return identifier(statement.tokens[-1]) or text_of(statement.tokens[-1]).strip("'") or None

def guarded(statement):
    """The statement's bytes; a SET that an older server may not know becomes a question that sets it only where it is known."""
    name = setting(statement)
    if name is None or name in COMMON_SETTINGS or "." in name or len(statement.tokens) != 4:
        return statement.raw
    value = text_of(statement.tokens[3]).strip("'").replace("'", "''")
    return b"\nSELECT pg_catalog.set_config(name, '%s', false) FROM pg_catalog.pg_settings WHERE name = '%s';" % (value.encode(), name.encode())

# This, a dump and the epilogue are one transaction: first it drops everything that is in the way. If the site's role owns the schema
# public, it drops that as well, and no dump creates it.
PROLOGUE = b"""BEGIN;
SET LOCAL lock_timeout = '30s';
DROP OWNED BY CURRENT_USER CASCADE;
DO 'BEGIN IF to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END';
"""
EPILOGUE = b"COMMIT;\n"

def nothing(_):
    pass

def restorable(lines, server, note=nothing, created=nothing):
    """The bytes of a dump that a restore replays, part by part. `note` gets the label of each thing that is left out, `created` each
    statement that is replayed."""
    for part in Scanner(lines).parts():
        if part.kind == "command":
            judge_command(part)
            # What stands in front of it says whether the dump is complete.
            yield part.raw[:part.raw.rindex(b"\\")]
        elif part.kind != "statement":
            yield part.raw
        else:
            judge(part)
            label = left_out(part, server)
            if label is None:
                created(part)
                yield guarded(part)
            elif label:
                note(label)
