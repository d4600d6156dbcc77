# A dump as psql reads it: split where psql splits it, by the grammar of psql's own scanner (psqlscan.l). Needs core.py.
#
#   comment            -- to the end of the line; /* */, which nest
#   string             '…' with '' inside; E'…' also with \ inside, and so does '…' while standard_conforming_strings is off
#                      (a string in two pieces on two lines is two strings: psql reads line by line)
#   identifier         letters, digits, _ and $; "…" with "" inside
#   dollar quote       $tag$ … $tag$; the first $ stands behind no identifier
#   end of statement   ; outside of parentheses and of the body of a CREATE FUNCTION or PROCEDURE, from BEGIN to its END
#   command of psql    \ outside of all these, to the end of the line
#   variable of psql   :NAME, :'name', :"name", :{?name}; a cast is ::
#   data               the lines behind COPY … FROM stdin; up to \.
import collections

# Nothing that pg_dump writes comes near: it cuts large objects into small pieces.
LONGEST_STATEMENT = 64 << 20
# How much of the data of a COPY is handed on at once, in bytes.
BATCH = 1 << 20

TOKEN = re.compile(rb"""
    (?P<space>[ \t\n\r\f\v]+|--[^\n\r]*)
  | (?P<comment>/\*)
  | (?P<escaped>[eE]')
  | (?P<plain>(?:[bBxXnN]|[uU]&)?')
  | (?P<quoted>(?:[uU]&)?")
  | (?P<word>[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*)
  | (?P<dollar>\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$)
  | (?P<number>\$?[0-9][0-9A-Za-z_.]*)
  | (?P<variable>:(?=['"{A-Z]))
  | (?P<sign>::|[^\\])
  | (?P<command>\\)
""", re.X | re.S)
PLAIN_END = re.compile(rb"'(?!')|(?P<two>'')")
ESCAPED_END = re.compile(rb"'(?!')|(?P<two>''|\\.)", re.S)
QUOTED_END = re.compile(rb'"(?!")|(?P<two>"")')
COMMENT_EDGE = re.compile(rb"/\*|\*/")

Token = collections.namedtuple("Token", "kind text")

class Unjudged(Exception):
    """This bot can't read the dump. That says nothing about whether PostgreSQL can."""

class Incomplete(Exception):
    """The dump ends inside of something."""

class Statement:
    """`raw`: its bytes with what stands in front of it. `tokens`: without white space and comments, and without the `;`."""
    kind = "statement"
    def __init__(self, raw, tokens):
        self.raw, self.tokens = raw, tokens
        self.words = [token.text.decode("utf-8", "replace").upper() if token.kind == "word" else None for token in tokens[:24]]


class Data:
    """Lines of COPY data. There are many, so that nothing is done for each of them alone."""
    kind = "data"
    def __init__(self, lines):
        self.lines = lines
    @property
    def raw(self):
        return b"".join(self.lines)

Command = collections.namedtuple("Command", "kind raw")
Rest = collections.namedtuple("Rest", "kind raw")  # What stands behind the last statement.

def identifier(token):
    """The name that an identifier means: without quotes, and folded as PostgreSQL folds it. None: it is no identifier."""
    if token.kind == "word":
        return token.text.decode("utf-8", "replace").lower()
    if token.kind == "quoted" and token.text.startswith(b'"'):
        return token.text[1:-1].replace(b'""', b'"').decode("utf-8", "replace")
    return None

def qualified(tokens, at):
    """((schema or None, name), the place behind it) of a name that begins at `at`. The name is None if there is none."""
    parts = []
    while at < len(tokens) and identifier(tokens[at]) is not None:
        parts.append(identifier(tokens[at]))
        at += 1
        if at >= len(tokens) or tokens[at].text != b".":
            break
        at += 1
    return ((parts[-2] if len(parts) > 1 else None, parts[-1]) if parts else (None, None)), at

class Body:
    """Whether a `;` ends the statement, as psql decides it: by parentheses, and by BEGIN, CASE and END in a CREATE FUNCTION or
    PROCEDURE."""
    def __init__(self):
        self.parentheses, self.begins, self.count, self.first = 0, 0, 0, ""
    def sign(self, text):
        if text == b"(":
            self.parentheses += 1
        elif text == b")" and self.parentheses > 0:
            self.parentheses -= 1
    def word(self, text):
        word = text.lower()
        if self.count < 4:
            self.first += {b"create": "c", b"function": "f", b"procedure": "p", b"or": "o", b"replace": "r"}.get(word, "-")
        self.count += 1
        if self.parentheses == 0 and re.match("c(?:[fp]|or[fp])", self.first):
            if word == b"begin" or (word == b"case" and self.begins > 0):
                self.begins += 1
            elif word == b"end" and self.begins > 0:
                self.begins -= 1
    def ends(self):
        return self.parentheses == 0 and self.begins == 0

class Scanner:
    """Takes a dump line by line, and gives it back in parts that are together exactly the dump."""
    def __init__(self, lines):
        self.lines = iter(lines)
        self.is_standard = True
        self.buffer, self.at = b"", 0

    def parts(self):
        while True:
            part = self.next_part()
            yield part
            if part.kind == "rest":
                return
            if part.kind == "statement":
                self.is_standard = standard_strings(part, self.is_standard)
                if is_copy(part):
                    yield from self.data()
                elif part.words[:1] == ["COPY"]:
                    raise Unjudged("it holds a COPY of another kind: %s" % shown(part.raw))

    def more(self):
        line = next(self.lines, None)
        if line is None:
            return False
        if len(self.buffer) > LONGEST_STATEMENT:
            raise Unjudged("it holds a statement of more than %d MB" % (LONGEST_STATEMENT >> 20))
        self.buffer += line
        return True

    def take(self):
        raw, self.buffer, self.at = self.buffer[:self.at], self.buffer[self.at:], 0
        return raw

    def next_part(self):
        tokens, body = [], Body()
        while True:
            # A token may go on behind the end of what was read, unless that is the end of a line.
            if self.at >= len(self.buffer) and not self.more():
                if tokens:
                    raise Incomplete()
                return Rest("rest", self.take())
            token = self.token()
            if token is None:
                continue
            if token.kind == "command":
                return self.command(tokens)
            if token.kind == "sign" and token.text == b";" and body.ends():
                if not tokens:
                    continue
                return Statement(self.take(), tokens)
            if token.kind == "sign":
                body.sign(token.text)
            elif token.kind == "word":
                body.word(token.text)
            tokens.append(token)

    def token(self):
        """The next token. None: white space or a comment."""
        found = TOKEN.match(self.buffer, self.at)
        kind, start = found.lastgroup, self.at
        self.at = found.end()
        if kind == "space":
            return None
        if kind == "comment":
            return self.skip_comment()
        if kind == "escaped" or (kind == "plain" and found.group() == b"'" and not self.is_standard):
            self.skip_to(ESCAPED_END)
        elif kind == "plain":
            self.skip_to(PLAIN_END)
        elif kind == "quoted":
            self.skip_to(QUOTED_END)
        elif kind == "variable":
            raise Unjudged("it holds a variable of psql: %s" % shown(self.buffer[start:]))
        elif kind == "dollar":
            self.skip_behind(found.group())
        return Token(kind, self.buffer[start:self.at])

    def skip_to(self, end):
        while True:
            found = end.search(self.buffer, self.at)
            # A quote at the end of what was read may be the first of two.
            if found is None or found.end() == len(self.buffer):
                if self.more():
                    continue
                if found is None:
                    raise Incomplete()
            self.at = found.end()
            if found.lastgroup != "two":
                return

    def skip_behind(self, mark):
        while True:
            found = self.buffer.find(mark, self.at)
            if found >= 0:
                self.at = found + len(mark)
                return
            # The mark itself may be cut by nothing: it holds no line break.
            self.at = max(self.at, len(self.buffer) - len(mark))
            if not self.more():
                raise Incomplete()

    def skip_comment(self):
        depth = 1
        while depth > 0:
            found = COMMENT_EDGE.search(self.buffer, self.at)
            if found is None:
                self.at = max(self.at, len(self.buffer) - 1)
                if not self.more():
                    raise Incomplete()
                continue
            self.at = found.end()
            depth += 1 if found.group() == b"/*" else -1
        return None

    def command(self, tokens):
        if tokens:
            raise Unjudged("it holds a command of psql inside of a statement: %s" % shown(self.buffer[self.at - 1:]))
        end = self.buffer.find(b"\n", self.at)
        self.at = len(self.buffer) if end < 0 else end + 1
        return Command("command", self.take())

    def data(self):
        """The lines behind a COPY. They are not kept in memory."""
        line_end = self.buffer.find(b"\n", self.at)
        if self.buffer[:line_end if line_end >= 0 else None].strip():
            raise Unjudged("it holds data on the line of a COPY")
        if line_end < 0:
            self.at = len(self.buffer)
            raise Incomplete()
        rest, self.buffer, self.at = self.buffer[line_end + 1:], b"", 0
        yield Rest("line-end", b"\n")
        if rest:
            raise Unjudged("it holds a COPY that is not read line by line")
        batch, size = [], 0
        for line in self.lines:
            if line.startswith(b"\\.") and line.rstrip(b"\r\n") == b"\\.":
                yield Data(batch)
                yield Rest("data-end", line)
                return
            batch.append(line)
            size += len(line)
            if size > BATCH:
                yield Data(batch)
                batch, size = [], 0
        raise Incomplete()

def standard_strings(statement, before):
    """Whether '…' holds backslashes as they are behind this statement."""
    if statement.words[:2] != ["SET", "STANDARD_CONFORMING_STRINGS"]:
        return before
    return statement.tokens[-1].text.strip(b"'").lower() in (b"on", b"true", b"yes", b"1")

def is_copy(statement):
    return statement.words[:1] == ["COPY"] and [token.text.upper() for token in statement.tokens[-2:]] == [b"FROM", b"STDIN"]

def shown(raw):
    """The start of a text for people."""
    return " ".join(raw.decode("utf-8", "replace").split())[:60]
