# The side database: a second database of the site's role, in which a backup is restored while the live one stays as it is. Needs
# postgres.py and rehearsal.py.
BY_US = "rollback-bot:"
SIDE_MARK = BY_US + " a rehearsal of %s. It may be dropped at any time."
# Written before the database is made, because PostgreSQL can't make it and comment on it in one step.
MADE = os.path.join(HOME, "rehearsal-database")

def side_name(live):
    """At most 63 bytes, as PostgreSQL cuts names without a word."""
    short = live.encode()
    if len(short) > 52:
        short = short[:43].decode("utf-8", "ignore").encode() + b"_" + hashlib.md5(short).hexdigest()[:8].encode()
    return short.decode() + "_rehearsal"

def quoted(name):
    return '"%s"' % name.replace('"', '""')

def text_literal(text):
    return "'%s'" % text.replace("'", "''")

def told(sql, database=None, statement_ms=0):
    """What a statement answers. Errors: NotHeld with PostgreSQL's own words."""
    code, out, err = psql(sql, statement_ms, database)
    if code != 0:
        raise NotHeld("PostgreSQL says: %s" % postgres_words(err))
    return out

def asked(sql, database=None, statement_ms=0):
    """The JSON that a statement answers. None: no row. Errors: as above."""
    out = told(sql, database, statement_ms)
    return json.loads(out) if out.strip() else None

def postgres_words(said):
    """The first line that says what is wrong, without psql's own name and the line of the input."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = next((line for line in lines if re.search(r"\b(ERROR|FATAL|PANIC): ", line)), (lines or ["nothing"])[0])
    return re.sub(r"^psql:(?:<stdin>:\d+:)? *(?:error: )?", "", first)

FOUND = """
SELECT json_build_object('owner', pg_get_userbyid(datdba) = current_user, 'comment', shobj_description(oid, 'pg_database'))
FROM pg_database WHERE datname = %s
"""

def drop_side(name):
    """Drops the side database of a rehearsal that died. Errors: NotHeld if a person has made a database with this name."""
    found = asked(FOUND % text_literal(name))
    if found is not None:
        is_ours = (found["comment"] or "").startswith(BY_US) or read_text(MADE) == name
        if not found["owner"] or not is_ours:
            raise NotHeld("there is a database called %s, which the bot did not make" % name)
        told("DROP DATABASE %s WITH (FORCE)" % quoted(name))
    if os.path.exists(MADE):
        os.unlink(MADE)
