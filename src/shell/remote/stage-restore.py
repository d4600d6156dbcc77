# Makes the run directory and in it the private copy from which the switch restores: three gzip members, so that the
# platform's own script replays them as one transaction. Statements about extensions that another role owns are left
# out: the site's role may not run them, and the extensions stay.
import gzip, hashlib, shutil

RUN = os.path.join(HOME, "runs", PARAMETERS["run"])
SOURCE = os.path.join(ROOT, "backups", PARAMETERS["name"])
COPY, TARGET = os.path.join(RUN, "backup.sql.gz"), os.path.join(RUN, "restore.sql.gz")
PROLOGUE = b"BEGIN;\nSET LOCAL lock_timeout = '30s';\nDROP OWNED BY CURRENT_USER CASCADE;\n"
EPILOGUE = b"COMMIT;\n"

def digest_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()

def about_foreign_extension(line):
    found = re.match(rb'^(?:DROP EXTENSION(?: IF EXISTS)?|CREATE EXTENSION(?: IF NOT EXISTS)?|COMMENT ON EXTENSION) "?([\w-]+)"?', line)
    return found is not None and found.group(1).decode() in PARAMETERS["foreignExtensions"]

def without_foreign_extensions(source, target):
    in_data = False
    with gzip.open(source, "rb") as lines, gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1) as kept:
        for line in lines:
            if in_data:
                in_data = line.rstrip(b"\n") != b"\\."
            elif about_foreign_extension(line):
                continue
            elif line.startswith(b"COPY ") and line.rstrip(b"\n").endswith(b" FROM stdin;"):
                in_data = True
            kept.write(line)

os.makedirs(RUN, mode=0o700, exist_ok=True)
os.chmod(RUN, 0o700)
shutil.copyfile(SOURCE, COPY + ".new")
if digest_of(COPY + ".new") != PARAMETERS["sha256"]:
    answer({"problem": "the backup changed while it was being copied"})
    sys.exit()
os.rename(COPY + ".new", COPY)
with open(TARGET + ".new", "wb") as target:
    target.write(gzip.compress(PROLOGUE, mtime=0))
    if PARAMETERS["foreignExtensions"]:
        without_foreign_extensions(COPY, target)
    else:
        with open(COPY, "rb") as whole:
            shutil.copyfileobj(whole, target)
    target.write(gzip.compress(EPILOGUE, mtime=0))
    target.flush()
    os.fsync(target.fileno())
os.rename(TARGET + ".new", TARGET)
answer({"path": TARGET, "sha256": digest_of(TARGET)})
