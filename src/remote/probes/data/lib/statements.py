# What a statement of a dump is about. Needs dump.py.

# Kinds of objects whose names are of more than one word, and words that may stand between a verb and a kind.
TWO_WORDS = {("MATERIALIZED", "VIEW"), ("FOREIGN", "TABLE"), ("EVENT", "TRIGGER"), ("OPERATOR", "CLASS"), ("OPERATOR", "FAMILY"),
             ("ACCESS", "METHOD"), ("USER", "MAPPING"), ("LARGE", "OBJECT"), ("DEFAULT", "PRIVILEGES")}
THREE_WORDS = {("FOREIGN", "DATA", "WRAPPER"), ("TEXT", "SEARCH", "CONFIGURATION"), ("TEXT", "SEARCH", "DICTIONARY"),
               ("TEXT", "SEARCH", "PARSER"), ("TEXT", "SEARCH", "TEMPLATE")}
BEFORE_KIND = {"OR", "REPLACE", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "RECURSIVE", "TRUSTED", "PROCEDURAL", "CONSTRAINT"}
BEFORE_NAME = {"IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY"}
ON_A_TABLE = {"trigger", "policy", "rule"}
NO_ROLES = {"PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "GROUP"}

BEGINS = {"BEGIN", "START"}
COMMITS = {"COMMIT", "END"}
# What pg_dump may write besides these is unknown to this bot.
VERBS = BEGINS | COMMITS | {"SET", "RESET", "SELECT", "CREATE", "ALTER", "DROP", "COMMENT", "SECURITY", "COPY", "INSERT", "GRANT", "REVOKE", "REFRESH"}
# Creating one of these is for superusers alone.
FOR_SUPERUSERS = {"operator class", "operator family", "access method", "foreign data wrapper", "text search parser", "text search template", "transform", "language", "cast"}
TRUSTED_LANGUAGES = {"sql", "plpgsql", "plperl", "pltcl", "plv8"}

def verb(statement):
    return statement.words[0] if statement.words else None

def text_of(token):
    return token.text.decode("utf-8", "replace")

def subject(statement):
    """(kind, schema or None, name) of what a CREATE, ALTER, DROP, COMMENT or SECURITY LABEL is about. None: nothing of that sort.
    A trigger, policy or rule is named together with its table."""
    words, at = statement.words, 1
    if verb(statement) in ("COMMENT", "SECURITY"):
        if "ON" not in words:
            return None
        at = words.index("ON") + 1
    elif verb(statement) in ("GRANT", "REVOKE"):
        return right_on(statement)
    elif verb(statement) not in ("CREATE", "ALTER", "DROP"):
        return None
    while at < len(words) and words[at] in BEFORE_KIND:
        at += 1
    kind, at = kind_at(words, at)
    while at < len(words) and words[at] in BEFORE_NAME:
        at += 1
    (schema, name), behind = qualified(statement.tokens, at)
    if kind is None or name is None:
        return None
    if kind in ON_A_TABLE:
        return on_a_table(statement, kind, name, behind)
    return kind, schema, name

def right_on(statement):
    """What a GRANT or REVOKE is about. Without a kind it is a table. None: roles, or all tables of a schema."""
    places = at_top(statement, "ON")
    if not places:
        return None
    words = [text_of(token).upper() if token.kind == "word" else None for token in statement.tokens]
    kind, at = kind_at(words, places[0] + 1)
    if kind == "all":
        return None
    (schema, name), behind = qualified(statement.tokens, at)
    if name is None or (words[at] in ("TO", "FROM")):
        (schema, name), _ = qualified(statement.tokens, places[0] + 1)
        kind = "table"
    return kind, schema, name

def kind_at(words, at):
    for length, known in ((3, THREE_WORDS), (2, TWO_WORDS)):
        if tuple(words[at:at + length]) in known:
            return " ".join(words[at:at + length]).lower(), at + length
    return (words[at].lower(), at + 1) if at < len(words) and words[at] else (None, at)

def on_a_table(statement, kind, name, at):
    for place in range(at, len(statement.tokens)):
        if statement.tokens[place].kind == "word" and text_of(statement.tokens[place]).upper() == ("TO" if kind == "rule" else "ON"):
            (schema, table), _ = qualified(statement.tokens, place + 1)
            return kind, schema, "%s on %s" % (name, table)
    return kind, None, name

def at_top(statement, word, start=0):
    """The places of a word outside of all parentheses."""
    depth, found = 0, []
    for place, token in enumerate(statement.tokens):
        if token.text == b"(":
            depth += 1
        elif token.text == b")":
            depth -= 1
        elif depth == 0 and place >= start and token.kind == "word" and text_of(token).upper() == word:
            found.append(place)
    return found

def role_list(statement, at):
    """The roles that begin at a place, separated by commas."""
    names = []
    while at < len(statement.tokens):
        token = statement.tokens[at]
        if token.kind == "word" and text_of(token).upper() == "GROUP":
            at += 1
            continue
        name = identifier(token)
        if name is None:
            break
        if not (token.kind == "word" and name.upper() in NO_ROLES):
            names.append(name)
        if at + 1 >= len(statement.tokens) or statement.tokens[at + 1].text != b",":
            break
        at += 2
    return names

def new_owner(statement):
    """The role of an OWNER TO. None: this is none."""
    words = [text_of(token).upper() for token in statement.tokens[-3:]]
    return identifier(statement.tokens[-1]) if verb(statement) == "ALTER" and words[:2] == ["OWNER", "TO"] else None

def session_role(statement):
    """The role of a SET SESSION AUTHORIZATION or SET ROLE. None: this is none, or it goes back to the login."""
    words = statement.words
    if verb(statement) != "SET" or not (words[1:3] == ["SESSION", "AUTHORIZATION"] or words[1:2] == ["ROLE"]):
        return None
    last = statement.tokens[-1]
    name = identifier(last) or text_of(last).strip("'")
    return None if name.lower() in ("default", "none") else name

def roles(statement):
    """All roles that a statement names, but not owners and sessions."""
    which = verb(statement)
    if which in ("GRANT", "REVOKE") or (which == "ALTER" and statement.words[1:3] == ["DEFAULT", "PRIVILEGES"]):
        places = at_top(statement, "TO") + at_top(statement, "FROM") + at_top(statement, "BY")
        owners = [place + 1 for place in at_top(statement, "FOR")[:1]] if which == "ALTER" else []
        return [name for place in places + owners for name in role_list(statement, place + 1)]
    found = subject(statement)
    if found and found[0] == "policy":
        return [name for place in at_top(statement, "TO") for name in role_list(statement, place + 1)]
    if found and found[0] == "schema":
        return [name for place in at_top(statement, "AUTHORIZATION") for name in role_list(statement, place + 1)]
    if which == "CREATE" and statement.words[1:3] == ["USER", "MAPPING"]:
        return role_list(statement, at_top(statement, "FOR")[0] + 1) if at_top(statement, "FOR") else []
    return []

def setting(statement):
    """The name of a plain SET. None: this is none."""
    words = statement.words
    if verb(statement) != "SET" or words[1:2] in (["SESSION"], ["LOCAL"], ["ROLE"], ["TRANSACTION"], ["CONSTRAINTS"]):
        return None
    name = b"".join(token.text for token in statement.tokens[1:2]).decode("utf-8", "replace").lower()
    return name if len(statement.tokens) > 2 and statement.tokens[2].text in (b"=", b"TO", b"to") else None

def for_superusers(statement):
    """What only a superuser may create: {"kind", "name", "what"}, the last for people. None: others may as well."""
    found = subject(statement)
    if verb(statement) != "CREATE" or found is None:
        return None
    kind, _, name = found
    upper = [text_of(token).upper() if token.kind == "word" else token.text.decode("utf-8", "replace") for token in statement.tokens]
    if kind in FOR_SUPERUSERS and not (kind == "language" and name.lower() in TRUSTED_LANGUAGES):
        return {"kind": kind, "name": name, "what": "the %s %s" % (kind, name)}
    if kind == "type" and upper[-1] == ")" and "INPUT" in upper and "AS" not in upper[:6]:
        return {"kind": kind, "name": name, "what": "the base type %s" % name}
    if kind in ("function", "procedure"):
        places = at_top(statement, "LANGUAGE")
        language = (identifier(statement.tokens[places[0] + 1]) or text_of(statement.tokens[places[0] + 1]).strip("'")) if places and places[0] + 1 < len(statement.tokens) else "sql"
        if language.lower() not in TRUSTED_LANGUAGES:
            return {"kind": kind, "name": name, "what": "the %s %s in the language %s" % (kind, name, language)}
        if at_top(statement, "LEAKPROOF") and "NOT" not in [upper[place - 1] for place in at_top(statement, "LEAKPROOF")]:
            return {"kind": kind, "name": name, "what": "the %s %s, which is LEAKPROOF" % (kind, name)}
    return None
