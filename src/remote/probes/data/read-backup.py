# Reads a backup to its end. Does it decompress? Is the dump complete? Which migrations and how many rows are in it? A valid gzip of
# half a dump passes `gunzip -t`; only the completion line proves that the dump is whole. It need not be the last line: newer
# servers write \unrestrict behind it.
import collections, gzip, zlib

PATH = PARAMETERS["path"]
LONGEST_LINE = 1 << 20
# psql would run these as the site's user, and they would end the one transaction of the restore.
COMMAND = re.compile(rb"^\\(?!restrict |unrestrict )")
TRANSACTION = re.compile(rb"^(?:BEGIN|COMMIT|ROLLBACK|ABORT|END|START TRANSACTION)(?: WORK| TRANSACTION)?\s*;", re.I)
DOLLAR = re.compile(rb"\$\w*\$")
COPY = re.compile(rb'^COPY (?:(?:"?\w+"?)\.)?"?(\w+)"? \((.*)\) FROM stdin;$')

result = {"problem": None, "sha256": None, "bytes": 0, "restoredBytes": 0, "migrations": [], "rows": {}}
last_lines = collections.deque(maxlen=10)
table, columns, at_line_start, quoted = None, [], True, None
try:
    with open(os.open(PATH, os.O_RDONLY | os.O_NOFOLLOW), "rb") as raw:
        result["bytes"] = os.fstat(raw.fileno()).st_size
        hashed = Hashed(raw)
        with gzip.GzipFile(fileobj=hashed) as text:
            while True:
                line = text.readline(LONGEST_LINE)
                if not line:
                    break
                result["restoredBytes"] += len(line)
                if result["restoredBytes"] > PARAMETERS["maxBytes"]:
                    raise ValueError("it unpacks to more than %d bytes" % PARAMETERS["maxBytes"])
                is_line_start, at_line_start = at_line_start, line.endswith(b"\n")
                if not is_line_start:
                    continue
                line = line.rstrip(b"\n")
                last_lines.append(line)
                if table is None:
                    if quoted is None and (COMMAND.match(line) or TRANSACTION.match(line)):
                        result["problem"] = "it holds a command of psql or a transaction of its own: %s" % line[:40].decode("utf-8", "replace")
                        break
                    # The body of a function may contain BEGIN and END.
                    for mark in DOLLAR.findall(line):
                        quoted = mark if quoted is None else None if mark == quoted else quoted
                    found = COPY.match(line) if quoted is None else None
                    if found:
                        table = found.group(1).decode()
                        columns = [c.strip().strip('"') for c in found.group(2).decode().split(",")]
                        result["rows"][table] = 0
                elif line == b"\\.":
                    table = None
                else:
                    result["rows"][table] += 1
                    if table == "django_migrations":
                        row = dict(zip(columns, line.decode("utf-8", "replace").split("\t")))
                        result["migrations"].append({"app": row.get("app", ""), "name": row.get("name", "")})
        hashed.read_to_the_end()
    result["sha256"] = hashed.digest.hexdigest()
    if result["problem"] is not None:
        pass
    elif result["restoredBytes"] == 0:
        result["problem"] = "it is empty"
    elif not any(b"PostgreSQL database dump complete" in line for line in last_lines):
        result["problem"] = "it ends before the dump is complete"
    elif not result["migrations"]:
        result["problem"] = "it holds no django_migrations"
except FileNotFoundError:
    result["problem"] = "it is not there"
except (EOFError, zlib.error, gzip.BadGzipFile):
    result["problem"] = "it is cut off or damaged: gzip cannot read it to its end"
except (OSError, ValueError) as problem:
    result["problem"] = str(problem)
answer(result)
