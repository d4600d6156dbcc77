# Reads a backup to its end. Does it decompress? Is the dump complete? Which migrations and how many rows are in it? A valid gzip of
# half a dump passes `gunzip -t`; only the completion line proves that the dump is whole. It need not be the last line: newer
# servers write \unrestrict behind it. `unjudged`: the problem is that this bot can't read the dump, and PostgreSQL may well.
import gzip, zlib

PATH = PARAMETERS["path"]
LONGEST_LINE = 64 << 20
# The header of a dump names the server that it was taken from.
TAKEN_FROM = re.compile(rb"-- Dumped from database version ([0-9]+)")
# pg_dump -Fc writes no SQL, and calls its files what it is told.
CUSTOM = b"PGDMP"

result = {"problem": None, "unjudged": False, "sha256": None, "bytes": 0, "restoredBytes": 0, "migrations": [], "rows": {}, "roles": [], "extensions": [], "needs": [], "objects": [], "takenFrom": None}

def limited(text):
    """The lines of a dump. They are counted, so that a file that unpacks to very much ends the reading, and so does a line that
    would not fit into the memory of a small host."""
    while True:
        line = text.readline(LONGEST_LINE)
        if not line:
            return
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise Unjudged("it holds a line of more than %d MB" % (LONGEST_LINE >> 20))
        result["restoredBytes"] += len(line)
        if result["restoredBytes"] > PARAMETERS["maxBytes"]:
            raise Unjudged("it unpacks to more than %d bytes" % PARAMETERS["maxBytes"])
        yield line

def read(text):
    """Whether the dump says that it is complete, and whether it creates any tables."""
    contents = Contents()
    for part in Scanner(limited(text)).parts():
        contents.take(part)
        if result["takenFrom"] is None and part.kind in ("statement", "command") and TAKEN_FROM.search(part.raw[:2000]):
            result["takenFrom"] = int(TAKEN_FROM.search(part.raw[:2000]).group(1))
    result.update({"rows": dict(contents.rows, **({"large objects": contents.large_objects} if contents.large_objects else {})), "migrations": contents.applied(),
                   "roles": sorted(contents.roles), "extensions": sorted(contents.extensions), "needs": contents.needs[:20],
                   "objects": sorted(label for label in contents.objects.labels if not label.startswith(OF_TABLES))})
    return contents.is_complete, bool(contents.columns)

try:
    with open(os.open(PATH, os.O_RDONLY | os.O_NOFOLLOW), "rb") as raw:
        result["bytes"] = os.fstat(raw.fileno()).st_size
        if raw.peek(5)[:5] == CUSTOM:
            raise Unjudged("it is in pg_dump's custom format, which restore_db.sh can't replay: pg_restore -f - FILE | gzip > OTHER makes SQL of it")
        hashed = Hashed(raw)
        with gzip.GzipFile(fileobj=hashed) as text:
            is_complete, creates_tables = read(text)
        hashed.read_to_the_end()
    result["sha256"] = hashed.digest.hexdigest()
    if result["restoredBytes"] == 0:
        result["problem"] = "it is empty"
    elif not is_complete:
        result["problem"] = "it ends before the dump is complete"
    elif not result["migrations"]:
        result["problem"] = "it holds no django_migrations"
    elif not creates_tables:
        result["problem"] = "it holds rows but creates no tables (pg_dump --data-only)"
except FileNotFoundError:
    result["problem"] = "it is not there"
except PermissionError:
    result.update(problem="the bot's login may not read it", unjudged=True)
except (EOFError, zlib.error, gzip.BadGzipFile):
    result["problem"] = "it is cut off or damaged: gzip cannot read it to its end"
except Incomplete:
    result["problem"] = "it ends before the dump is complete"
except Unjudged as problem:
    result.update(problem=str(problem), unjudged=True)
except OSError as problem:
    result.update(problem="it cannot be read: %s" % problem.strerror, unjudged=True)
answer(result)
