# Runs of which the bot has kept its record here not long ago, and whose end it has not marked, each with that record: a
# worker may have died, and the other record may be lost, before anything was claimed. And the one that the bot takes for a run
# that has not ended: its other record may come from a backup of a time when that was so.
import time

# A run may wait for people over holidays.
OLDEST = 14 * 24 * 60 * 60
MOST = 3
found = []
runs = os.path.join(HOME, "runs")
for name in os.listdir(runs) if os.path.isdir(runs) else []:
    folder = os.path.join(runs, name)
    asked = name == PARAMETERS["active"]
    if os.path.exists(os.path.join(folder, "recorded")) and not asked:
        continue
    try:
        with open(os.path.join(folder, "record"), encoding="utf-8") as text:
            kept = os.fstat(text.fileno()).st_mtime
            record = text.read(4 << 20)
    except (OSError, UnicodeDecodeError):
        continue
    if asked or kept > time.time() - OLDEST:
        found.append((asked, kept, name, record))
answer([{"run": name, "record": record} for _, _, name, record in sorted(found, reverse=True)[:MOST]])
