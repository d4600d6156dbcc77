"""Random schemas with everything that a dump may hold, and hostile texts. The same seed gives the same ones."""
import random

ODD = ["plain", "page-views", "us$er", "Größe", "tenant-a", "with space", "semi;colon", 'quo"te', "select", "FROM stdin;", "-- no comment", "/* nor this", "a.b", "$$", "back\\slash",
       "two\nlines", "tab\there", "COPY x FROM stdin;", "日本", "x" * 63]
TEXTS = ["", "x", "it's", "$$", "$x$ ; $x$", "a\\b", "\\.", "\\N", "COMMIT;", "one\nCOMMIT;\n\\.\n", "\\connect evil", "BEGIN; END", "/* open", "*/", "-- PostgreSQL database dump complete", "tab\tand\nline", "\\\\", "E'\\''",
         "ü€", "'; DROP TABLE t; --", ":USER", "COPY public.t (a) FROM stdin;", "\r\n"]

def name(rng):
    return rng.choice(ODD) if rng.random() < 0.6 else "n%d" % rng.randrange(10 ** 6)

def ident(text):
    return '"%s"' % text.replace('"', '""')

def string(text):
    return "E'%s'" % text.replace("\\", "\\\\").replace("'", "\\'") if "\\" in text else "'%s'" % text.replace("'", "''")

class Schema:
    """Statements that make a database, in the order in which they are run."""
    def __init__(self, rng):
        self.rng, self.statements, self.names = rng, [], set()
        self.add("CREATE TABLE django_migrations (id bigserial, app varchar(255), name varchar(255), applied timestamptz DEFAULT now())")
        for number in range(rng.randrange(1, 6)):
            self.add("INSERT INTO django_migrations (app, name) VALUES (%s, '%04d_x')" % (string(rng.choice(["website", "it's", "a\tb", "sum_core"])), number))
        self.schemas = ["public"] + [self.fresh() for _ in range(rng.randrange(2))]
        for schema in self.schemas[1:]:
            self.add("CREATE SCHEMA %s" % ident(schema))
        for _ in range(rng.randrange(1, 4)):
            self.table()
        for _ in range(rng.randrange(4)):
            rng.choice([self.function, self.atomic, self.procedure, self.rule, self.enum, self.large_object, self.view, self.partitioned])()

    def add(self, statement):
        self.statements.append(statement)

    def fresh(self):
        while True:
            text = name(self.rng)
            if text not in self.names and text.lower() not in ("public", "django_migrations"):
                self.names.add(text)
                return text

    def place(self):
        return "%s.%s" % (ident(self.rng.choice(self.schemas)), ident(self.fresh()))

    def table(self):
        rng, table = self.rng, self.place()
        columns = list(dict.fromkeys(name(rng) for _ in range(rng.randrange(1, 4))))
        self.add("CREATE TABLE %s (%s)" % (table, ", ".join("%s text DEFAULT %s" % (ident(one), string(rng.choice(TEXTS))) for one in columns)))
        for _ in range(rng.randrange(6)):
            self.add("INSERT INTO %s VALUES (%s)" % (table, ", ".join(rng.choice(["NULL", string(rng.choice(TEXTS))]) for _ in columns)))
        if rng.random() < 0.5:
            self.add("COMMENT ON TABLE %s IS %s" % (table, string(rng.choice(TEXTS) or "x")))
        if rng.random() < 0.5:
            self.add("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s <> %s)" % (table, ident(self.fresh()), ident(columns[0]), string("never " + rng.choice(TEXTS))))
        if rng.random() < 0.4:
            self.add("CREATE INDEX %s ON %s (%s)" % (ident(self.fresh()), table, ident(columns[0])))
        self.last = table, columns

    def function(self):
        body = "BEGIN PERFORM %s; /* ; */ RETURN NULL; END" % string(self.rng.choice(TEXTS))
        self.add("CREATE FUNCTION %s() RETURNS text LANGUAGE plpgsql AS %s" % (self.place(), string(body)))

    def atomic(self):
        self.add("CREATE FUNCTION %s(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN CASE a WHEN 2 THEN 3 END ELSE 2 END; SELECT length(%s); END"
                 % (self.place(), string(self.rng.choice(TEXTS))))

    def procedure(self):
        self.add("CREATE PROCEDURE %s() LANGUAGE plpgsql AS $f$ BEGIN COMMIT; END $f$" % self.place())

    def rule(self):
        table, _ = self.last
        self.add("CREATE RULE %s AS ON DELETE TO %s DO ALSO (SELECT %s; SELECT 2)" % (ident(self.fresh()), table, string(self.rng.choice(TEXTS))))

    def enum(self):
        self.add("CREATE TYPE %s AS ENUM (%s)" % (self.place(), ", ".join(string(text[:60]) for text in self.rng.sample(TEXTS[1:], 3))))

    def large_object(self):
        self.add("SELECT lo_from_bytea(0, %s::bytea)" % string("x").replace("E", ""))

    def view(self):
        table, columns = self.last
        self.add("CREATE VIEW %s AS SELECT %s || %s AS v FROM %s" % (self.place(), ident(columns[0]), string(self.rng.choice(TEXTS)), table))

    def partitioned(self):
        parent, child = self.place(), self.place()
        self.add("CREATE TABLE %s (a int) PARTITION BY RANGE (a)" % parent)
        self.add("CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (0) TO (10)" % (child, parent))
        self.add("INSERT INTO %s VALUES (1), (2)" % parent)

# psql replays all of these. They hold what ends a statement, a string or a comment for a reader that looks less closely.
HARMLESS = [
    "SELECT 'a;b', E'\\'; COMMIT;', $x$ ; $$ $x$, \"a;\"\"b\" FROM (SELECT 1 AS \"a;\"\"b\") q;",
    "/* /* ; */ COMMIT; */ SELECT 1;",
    "SELECT E'a\\'' \n  'b; COMMIT;\n' AS \"two pieces\";",
    "SELECT U&'d\\0061t', U&\"d\\0061\" FROM (SELECT 1 AS da) q;",
    "SET standard_conforming_strings = off;\nSET escape_string_warning = off;\nSELECT 'it\\'s; ';\nSET standard_conforming_strings = on;",
    "SELECT (ARRAY[1,2,3])[1:2], 1::text;",
    "BEGIN;\nSELECT 1;\nCOMMIT;",
    "-- a comment; COPY x FROM stdin;\nSELECT 1; SELECT 2;",
    "CREATE TABLE hostile_rows (\"a;b\" text, c text);\nCOPY hostile_rows (\"a;b\", c) FROM stdin;\nCOMMIT;\t\\\\.\n\\N\t-- PostgreSQL database dump complete\n\\\\.\t$$\n\\.\n",
    "CREATE TABLE no_columns ();\nCOPY no_columns FROM stdin;\n\n\n\\.\n",
    "CREATE FUNCTION hostile(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT 3; END;",
    "INSERT INTO django_migrations (name, app) VALUES ('9999_it''s', 'hostile'), (E'9998\\'', 'hostile');",
    "SELECT 1\n;\n;\nSELECT 2;",
    "SELECT $a$ $b$ ; $b$ $a$, $1$2$ IS NULL FROM (SELECT 1 AS x) q;".replace(", $1$2$ IS NULL", ""),
    "SET idle_session_timeout = 0;\nSET some_extension.setting = 'x;y';",
]
# No reader may take a dump with one of these for one that can be replayed as it is.
UNFIT = ["\\! touch /tmp/owned", "\\connect other", "SELECT 'SELECT 1' \\gexec", "\\i /etc/passwd", "ROLLBACK;", "COMMIT AND CHAIN;", "VACUUM;", "CREATE DATABASE other;", "DO 'BEGIN COMMIT; END';",
         "SELECT :'USER';", "PREPARE TRANSACTION 'x';", "ALTER SYSTEM SET work_mem = '1MB';", "CREATE INDEX CONCURRENTLY i ON django_migrations (app);", "COPY django_migrations FROM '/etc/passwd';"]

def hostile(rng, dump):
    """(text, whether psql replays it) of a dump with something put in at its head or its end."""
    head, end = "SET row_security = off;\n", "\n--\n-- PostgreSQL database dump complete"
    kind = rng.random()
    if kind < 0.2:
        return dump[:rng.randrange(dump.rindex(end))], False
    if kind < 0.25:
        return dump[:dump.rindex(end)] + "\nSELECT '%s" % end, False
    # While strings are not standard, some of these mean something else.
    is_standard = "SET standard_conforming_strings = on;" in dump
    usable = [one for one in HARMLESS if is_standard or not ("U&" in one or "\\" in one)]
    text = "\n".join(rng.sample(usable, rng.randrange(1, 4)))
    if kind > 0.8:
        text += "\n" + rng.choice(UNFIT)
    at = dump.index(head) + len(head) if rng.random() < 0.5 and "django_migrations" not in text else dump.rindex(end)
    return dump[:at] + "\nSET search_path = public;\n" + text + "\nSELECT pg_catalog.set_config('search_path', '', false);\n" + dump[at:], kind <= 0.8
