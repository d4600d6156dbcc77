# Makes the run's directory, and in it the private copy of the backup that the switch restores. The copy is three gzip members, so
# that the platform's own script replays it as one transaction. It leaves out statements about extensions of other roles: the
# site's role may not run them, and the extensions stay. Copies of runs that never began are removed after a day.
import gzip, shutil, tempfile

RUN = os.path.join(RUNS, PARAMETERS["run"])
SOURCE = PARAMETERS["path"]
TARGET = os.path.join(RUN, "restore.sql.gz")
# If the site's role owns the schema public, it drops that as well, and no dump creates it.
PROLOGUE = b"""BEGIN;
SET LOCAL lock_timeout = '30s';
DROP OWNED BY CURRENT_USER CASCADE;
DO 'BEGIN IF to_regnamespace(''public'') IS NULL THEN CREATE SCHEMA public; END IF; END';
"""
EPILOGUE = b"COMMIT;\n"

def digest_of(path):
    with open(path, "rb") as file:
        whole = Hashed(file)
        whole.read_to_the_end()
    return whole.digest.hexdigest()

def about_foreign_extension(line):
    found = re.match(rb'^(?:DROP EXTENSION(?: IF EXISTS)?|CREATE EXTENSION(?: IF NOT EXISTS)?|COMMENT ON EXTENSION) "?([\w-]+)"?', line)
    return found is not None and found.group(1).decode() in PARAMETERS["foreignExtensions"]

def without_foreign_extensions(source, target):
    in_data = False
    with gzip.GzipFile(fileobj=source) as lines, gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1, mtime=0) as kept:
        for line in lines:
            if in_data:
                in_data = line.rstrip(b"\n") != b"\\."
            elif about_foreign_extension(line):
                continue
            elif line.startswith(b"COPY ") and line.rstrip(b"\n").endswith(b" FROM stdin;"):
                in_data = True
            kept.write(line)

def write_copy(target):
    """The hash of the backup that was copied."""
    target.write(gzip.compress(PROLOGUE, mtime=0))
    with open(SOURCE, "rb") as whole:
        source = Hashed(whole)
        if PARAMETERS["foreignExtensions"]:
            without_foreign_extensions(source, target)
            source.read_to_the_end()
        else:
            shutil.copyfileobj(source, target, 1 << 20)
    target.write(gzip.compress(EPILOGUE, mtime=0))
    target.flush()
    os.fsync(target.fileno())
    return source.digest.hexdigest()

def holds_only_a_copy(folder):
    """False if anything else is there: a person who continued by hand may have put the only safety backup there, or the previous
    environment."""
    return os.path.isdir(folder) and all(name in ("restore.sql.gz", "record") or name.startswith((".copy.", ".record.", ".claim.")) for name in os.listdir(folder))

def forget_runs_that_never_began():
    for name in os.listdir(RUNS):
        folder = os.path.join(RUNS, name)
        if holds_only_a_copy(folder) and os.stat(folder).st_mtime < NOW - DAY:
            shutil.rmtree(folder, ignore_errors=True)

os.makedirs(RUN, mode=0o700, exist_ok=True)
os.chmod(RUN, 0o700)
forget_runs_that_never_began()
# A unique name, because an outdated worker may be copying at the same time as its successor.
number, new = tempfile.mkstemp(prefix=".copy.", dir=RUN)
try:
    with os.fdopen(number, "wb") as target:
        copied = write_copy(target)
    if copied != PARAMETERS["sha256"]:
        stop("the backup changed while it was being copied")
    # A run that has begun restores the copy that was approved with its plan.
    if os.path.exists(os.path.join(RUN, "claim")):
        stop("this run has begun on the host already")
    os.rename(new, TARGET)
except OSError as problem:
    stop("the backup cannot be copied: %s" % problem.strerror)
finally:
    if os.path.exists(new):
        os.unlink(new)
answer({"path": TARGET, "sha256": digest_of(TARGET)})
