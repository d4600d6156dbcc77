# Makes the run's directory, and in it the private copy of the backup that the switch restores. The copy is three gzip members, so
# that the platform's own script replays it as one transaction. What it leaves out and why is in restorable.py. Copies of runs that
# never began are removed after a day.
import gzip, shutil, tempfile

RUN = os.path.join(RUNS, PARAMETERS["run"])
SOURCE = PARAMETERS["path"]
TARGET = os.path.join(RUN, "restore.sql.gz")
# Names are what they were when the statements were written, whatever the dump has set.
RIGHT = b"""SET LOCAL standard_conforming_strings = on;
DO 'BEGIN %(statement)s;
EXCEPTION WHEN undefined_table OR undefined_column OR undefined_function OR undefined_object OR invalid_schema_name THEN NULL; END';
"""

def digest_of(path):
    with open(path, "rb") as file:
        whole = Hashed(file)
        whole.read_to_the_end()
    return whole.digest.hexdigest()

def write_copy(target, labels, objects):
    """The hash of the backup that was copied."""
    server = Server(PARAMETERS["leftAlone"], **PARAMETERS["server"])
    target.write(gzip.compress(PROLOGUE, mtime=0))
    with open(SOURCE, "rb") as whole:
        source = Hashed(whole)
        with gzip.GzipFile(fileobj=source) as lines, gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1, mtime=0) as kept:
            for raw in restorable(lines, server, labels.add, objects.created):
                kept.write(raw)
        source.read_to_the_end()
    target.write(gzip.compress(b"".join(rights_of_today()) + EPILOGUE, mtime=0))
    target.flush()
    os.fsync(target.fileno())
    return source.digest.hexdigest()

def rights_of_today():
    """What others may do in the database now, as statements. One about something that the backup lacks is passed over. The dumps of
    the platform hold no rights, and without this a report that another role reads would stop working."""
    for statement in json.loads(read_text(os.path.join(RUN, "rights")) or "[]"):
        yield RIGHT % {b"statement": statement.replace("'", "''").encode()}

def write_list(path, labels):
    """What the copy creates, for the check after the switch."""
    with open(path + ".new", "w") as text:
        json.dump(sorted(labels), text)
    os.rename(path + ".new", path)

def forget_runs_that_never_began():
    for name in os.listdir(RUNS):
        folder = os.path.join(RUNS, name)
        if holds_only_a_copy(folder) and os.stat(folder).st_mtime < NOW - DAY:
            shutil.rmtree(folder, ignore_errors=True)

os.makedirs(RUN, mode=0o700, exist_ok=True)
os.chmod(RUN, 0o700)
forget_runs_that_never_began()
# A unique name, because an outdated worker may be copying at the same time as its successor.
labels, objects = set(), Objects()
number, new = tempfile.mkstemp(prefix=".copy.", dir=RUN)
try:
    with os.fdopen(number, "wb") as target:
        copied = write_copy(target, labels, objects)
    if copied != PARAMETERS["sha256"]:
        stop("the backup changed while it was being copied")
    # A run that has begun restores the copy that was approved with its plan.
    if os.path.exists(os.path.join(RUN, "claim")):
        stop("this run has begun on the host already")
    os.rename(new, TARGET)
    write_list(os.path.join(RUN, "objects"), objects.labels)
except (Unjudged, Incomplete) as problem:
    stop(str(problem) or "it ends before the dump is complete")
except OSError as problem:
    stop("the backup cannot be copied: %s" % problem.strerror)
finally:
    if os.path.exists(new):
        os.unlink(new)
answer({"path": TARGET, "sha256": digest_of(TARGET), "leftOut": sorted(labels)[:50]})
