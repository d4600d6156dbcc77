# What is in a dump: how many rows each table has, the applied migrations, what it creates, and which names of the server it uses.
# Needs restorable.py.

MIGRATIONS = "django_migrations"
COMPLETE = b"-- PostgreSQL database dump complete"
# The parts of a dump that are no statement and no data.
BETWEEN = ("command", "rest")

class Contents:
    def __init__(self):
        self.rows, self.migrations, self.columns = {}, {}, {}
        self.roles, self.extensions, self.needs, self.objects = set(), set(), [], Objects()
        self.large_objects, self.is_complete = 0, False
        self.table, self.names, self.is_standard = None, [], True

    def take(self, part):
        # Only what stands between statements says so: the text of a function or a row may hold the same words.
        self.is_complete = part.kind in BETWEEN and (self.is_complete or COMPLETE in part.raw)
        if part.kind == "data":
            self.data(part.lines)
        elif part.kind == "statement":
            self.statement(part)
        elif part.kind == "command":
            judge_command(part)

    def data(self, lines):
        self.rows[label_of(*self.table)] += len(lines)
        for line in lines if self.table[1] == MIGRATIONS else ():
            values = line.rstrip(b"\r\n").decode("utf-8", "replace").split("\t")
            self.migration(dict(zip(self.names, map(unescaped, values))))

    def migration(self, row):
        self.migrations.setdefault(self.table[0] or "public", []).append({"app": row.get("app", ""), "name": row.get("name", "")})

    def statement(self, statement):
        judge(statement)
        which, found = verb(statement), subject(statement)
        self.is_standard = standard_strings(statement, self.is_standard)
        self.roles.update(roles(statement))
        self.objects.created(statement)
        superuser = for_superusers(statement)
        if superuser:
            self.needs.append(superuser)
        if is_copy(statement):
            self.begin_table(*qualified(statement.tokens, 1), statement.tokens)
        elif which == "INSERT":
            self.insert(statement)
        elif which == "SELECT" and any(token.text == b"lo_create" for token in statement.tokens[:6]):
            self.large_objects += 1
        elif which == "CREATE" and found:
            self.created(statement, found)

    def created(self, statement, found):
        kind, schema, name = found
        if kind == "extension":
            self.extensions.add(name)
        elif kind == "table":
            self.columns[(schema, name)] = first_names(statement.tokens)

    def begin_table(self, table, at, tokens):
        self.table = table
        self.names = [identifier(token) for token in tokens[at:-2] if identifier(token) is not None]
        self.rows.setdefault(label_of(*table), 0)

    def insert(self, statement):
        self.table, at = qualified(statement.tokens, 2)
        values = at_top(statement, "VALUES")
        if self.table[1] is None or not values:
            raise Unjudged("it holds an INSERT of another kind: %s" % begin_of(statement))
        named = [identifier(token) for token in statement.tokens[at:values[0]] if identifier(token) is not None and token.text.upper() not in (b"OVERRIDING", b"SYSTEM", b"USER", b"VALUE")]
        self.names = named or self.columns.get(self.table, [])
        label = label_of(*self.table)
        for row in groups(statement.tokens[values[0] + 1:], self.is_standard):
            self.rows[label] = self.rows.get(label, 0) + 1
            if self.table[1] == MIGRATIONS:
                if not self.names:
                    raise Unjudged("it holds INSERT statements whose columns are unknown")
                self.migration(dict(zip(self.names, row)))

    def applied(self):
        """The rows of django_migrations. If two schemas have such a table, that of public counts."""
        if len(self.migrations) > 1 and "public" not in self.migrations:
            raise Unjudged("it holds %s in more than one schema" % MIGRATIONS)
        return self.migrations.get("public") or (list(self.migrations.values()) or [[]])[0]

def first_names(tokens):
    """The columns of a CREATE TABLE: the first word behind ( and each comma of the outer parentheses."""
    names, depth = [], 0
    for before, token in zip(tokens, tokens[1:]):
        depth += (before.text == b"(") - (before.text == b")")
        if depth == 1 and before.text in (b"(", b",") and identifier(token) is not None:
            names.append(identifier(token))
    return names

def groups(tokens, is_standard):
    """The rows behind VALUES: the text of each value, without quotes."""
    row, value, depth = [], [], 0
    for token in tokens:
        if token.text == b"(":
            depth += 1
            if depth == 1:
                row, value = [], []
                continue
        elif token.text == b")":
            depth -= 1
            if depth == 0:
                yield row + [literal(value, is_standard)]
                continue
        if depth == 1 and token.text == b",":
            row, value = row + [literal(value, is_standard)], []
        elif depth > 0:
            value.append(token)

ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.S)
LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

def unescaped(text):
    """A text without its backslashes, as in COPY and in E'…'."""
    def meant(found):
        hexadecimal, octal, letter = found.groups()
        return chr(int(hexadecimal, 16)) if hexadecimal else chr(int(octal, 8) & 255) if octal else LETTERS.get(letter, letter)
    return ESCAPE.sub(meant, text)

def literal(tokens, is_standard):
    """The value that a literal of one token means; of anything else, its text."""
    text = "".join(text_of(token) for token in tokens)
    if len(tokens) != 1 or tokens[0].kind not in ("plain", "escaped"):
        return text
    inside = text[text.index("'") + 1:-1].replace("''", "'")
    return unescaped(inside) if tokens[0].kind == "escaped" or (not is_standard and text.startswith("'")) else inside
