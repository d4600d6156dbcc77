# Runs of which the bot has kept its record here not long ago, and whose end it has not marked, each with that record: a
# worker may have died, and the other record may be lost, before anything was claimed. And the one that the bot takes for a run
# that has not ended: its other record may come from a backup of a time when that was so.
MOST = 3
found = []
for name in names_in(RUNS):
    folder = os.path.join(RUNS, name)
    asked = name == PARAMETERS["active"]
    if not asked and not may_be_taken_up(folder):
        continue
    try:
        with open(os.path.join(folder, "record"), encoding="utf-8") as text:
            kept = os.fstat(text.fileno()).st_mtime
            record = text.read(4 << 20)
    except (OSError, UnicodeDecodeError):
        continue
    found.append((asked, kept, name, record))
answer([{"run": name, "record": record} for _, _, name, record in sorted(found, reverse=True)[:MOST]])
