# Makes the copy of the safety backup that going back restores: one transaction, without what other roles own. The libraries that read
# dumps stand in front of it.
import gzip, json, os, sys

LEFT_ALONE, ROLE, SOURCE, TARGET = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]

try:
    with gzip.open(SOURCE, "rb") as lines, open(os.open(TARGET, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as copy:
            copy.write(PROLOGUE)
            for part in restorable(lines, Server(LEFT_ALONE, ROLE)):
                copy.write(part)
            copy.write(EPILOGUE)
        raw.flush()
        os.fsync(raw.fileno())
except (Unjudged, Incomplete, EOFError, OSError) as problem:
    print("the safety backup cannot be prepared: %s" % (problem or "it ends before the dump is complete"))
    sys.exit(1)
