"""Judges generated dumps with the bot's own reader and with PostgreSQL, and prints where the two differ.

    python3 test/dumps/compare.py --count 10000 --seed 1

Needs initdb, pg_dump and psql of one version, and makes a server of its own. Every second dump is a hostile one: the
dump before it with something put in, or cut off. Of each dump that PostgreSQL replays, tables, rows and migrations must be the same
in the reader's answer, and the copy that a restore would replay must give the same database."""
import argparse, collections, glob, gzip, json, os, random, re, shutil, subprocess, sys, tempfile, time

from generate import Schema, hostile

LIBRARY = os.path.join(os.path.dirname(__file__), "../../src/remote/probes/data/lib")
READER = {"re": re}
for library in ("dump", "statements", "restorable", "contents"):
    with open(os.path.join(LIBRARY, library + ".py"), encoding="utf-8") as source:
        exec(compile(source.read(), library, "exec"), READER)
OPTIONS = [[], ["--no-owner", "--no-privileges", "--clean", "--if-exists"], ["--inserts"], ["--column-inserts", "--no-comments"], ["--rows-per-insert=3"], ["--no-owner"], ["--quote-all-identifiers"], ["--disable-dollar-quoting"]]
COUNT = """
SELECT coalesce(json_object_agg(label, rows), '{}') FROM (
  SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS label,
         (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I.%I', n.nspname, c.relname), false, true, '')))[1]::text::int AS rows
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema') AS counted
"""
MIGRATIONS = "SELECT coalesce(json_agg(app || '.' || name ORDER BY app || '.' || name), '[]') FROM django_migrations"

class Server:
    """A PostgreSQL of its own. It refuses to run as root, so then it runs as nobody."""
    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="rollback-dumps-", dir=roomy("/dev/shm"))
        self.user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        if self.user:
            shutil.chown(self.home, "nobody")
        bins = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        self.env = dict(os.environ, PATH=os.pathsep.join(bins[-1:] + [os.environ["PATH"]]), PGHOST=self.home, PGUSER="postgres", PGPORT="5432")
        data = os.path.join(self.home, "data")
        self.call(["initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"])
        self.process = subprocess.Popen(self.user + ["postgres", "-D", data, "-k", self.home, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "autovacuum=off", "-c", "full_page_writes=off"],
                                        env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while subprocess.run(["pg_isready", "-q"], env=self.env).returncode != 0:
            time.sleep(0.1)
    def call(self, argv):
        subprocess.run(self.user + argv, env=self.env, check=True, stdout=subprocess.DEVNULL)
    def psql(self, database, sql, *options):
        return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database] + list(options), input=sql, env=self.env, capture_output=True)
    def fresh(self, database):
        self.psql("postgres", b"DROP DATABASE IF EXISTS %s;\nCREATE DATABASE %s TEMPLATE template0;" % (database.encode(), database.encode()))
    def content(self, database):
        """(rows of each table, migrations)."""
        said = self.psql(database, (COUNT + ";" + MIGRATIONS).encode())
        rows, migrations = said.stdout.decode().splitlines()
        return json.loads(rows), json.loads(migrations)
    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

def roomy(folder):
    """The folder, if it is in memory and has room for a few databases. None: the usual place."""
    return folder if os.path.isdir(folder) and shutil.disk_usage(folder).free > 2 << 30 else None

def lines_of(text):
    return text.splitlines(True) if b"\r" not in text and b"\v" not in text and b"\f" not in text and b"\x1c" not in text else re.findall(rb"[^\n]*\n|[^\n]+", text)

def read(text):
    """The reader's answer: a problem, or rows and migrations."""
    contents = READER["Contents"]()
    try:
        for part in READER["Scanner"](lines_of(text)).parts():
            contents.take(part)
        applied = contents.applied()
    except READER["Unjudged"] as problem:
        return {"problem": str(problem)}
    except READER["Incomplete"]:
        return {"problem": "incomplete"}
    if not contents.is_complete:
        return {"problem": "incomplete"}
    return {"problem": None, "rows": {table: rows for table, rows in contents.rows.items() if rows}, "migrations": sorted("%s.%s" % (row["app"], row["name"]) for row in applied)}

def restored(server, text):
    """The content of a database into which the copy was replayed as the bot replays it, or what psql said."""
    me = READER["Server"]((), "postgres", (), (), ("pg_default",))
    copy = READER["PROLOGUE"].replace(b"DROP OWNED BY CURRENT_USER CASCADE;\n", b"") + b"".join(READER["restorable"](lines_of(text), me)) + b"\nCOMMIT;\n"
    server.fresh("copy")
    said = server.psql("copy", copy)
    return said.stderr.decode()[-300:] if said.returncode != 0 else server.content("copy")

def trial(server, rng, number):
    """[(kind, text, difference)] of one schema."""
    server.fresh("source")
    # A statement that PostgreSQL does not take is passed over.
    server.psql("source", "".join(statement + ";\n" for statement in Schema(rng).statements).encode(), "-v", "ON_ERROR_STOP=0")
    options = rng.choice(OPTIONS)
    env = dict(server.env, PGOPTIONS="-c standard_conforming_strings=off" if rng.random() < 0.15 else "")
    dump = subprocess.run(["pg_dump", "-d", "source"] + options, env=env, capture_output=True, check=True).stdout
    found = [("real", dump, difference(server, dump, server.content("source")))]
    text, fits = hostile(rng, dump.decode())
    server.fresh("truth")
    said = server.psql("truth", text.encode())
    if fits and said.returncode != 0:
        found.append(("hostile", text.encode(), "the generator made what psql refuses: %s" % said.stderr.decode()[-200:]))
    elif fits:
        found.append(("hostile", text.encode(), difference(server, text.encode(), server.content("truth"))))
    else:
        answer = read(text.encode())
        found.append(("unfit", text.encode(), None if answer["problem"] else "the reader takes it"))
    return found

def difference(server, text, content):
    answer = read(text)
    rows, migrations = {table: rows for table, rows in content[0].items() if rows}, content[1]
    if answer["problem"]:
        return "the reader refuses: %s" % answer["problem"]
    if answer["rows"] != rows:
        return "rows: %s, PostgreSQL has %s" % (answer["rows"], rows)
    if answer["migrations"] != sorted(migrations):
        return "migrations: %s, PostgreSQL has %s" % (answer["migrations"], migrations)
    copy = restored(server, text)
    return None if copy == content else "the copy: %s, and not %s" % (copy, content)

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, help="repeats one trial and writes its dumps to this folder")
    parser.add_argument("--minutes", type=float, default=60)
    wanted = parser.parse_args()
    server, seen, differences, end = Server(), collections.Counter(), [], time.monotonic() + wanted.minutes * 60
    try:
        number = wanted.only or 0
        while sum(seen.values()) < wanted.count and time.monotonic() < end:
            for kind, text, differs in trial(server, random.Random("%d-%d" % (wanted.seed, number)), number):
                seen[kind] += 1
                if differs:
                    differences.append(number)
                    if wanted.only is not None:
                        with open("%s-%d.sql" % (kind, number), "wb") as file:
                            file.write(text)
                    print("trial %d of seed %d, %s: %s" % (number, wanted.seed, kind, differs), flush=True)
            number += 1
            if wanted.only is not None:
                break
    finally:
        server.stop()
    print("%d dumps: %s; %d judged in another way than PostgreSQL" % (sum(seen.values()), ", ".join("%d %s" % (seen[kind], kind) for kind in sorted(seen)), len(differences)))
    sys.exit(1 if differences or sum(seen.values()) < wanted.count else 0)

main()
