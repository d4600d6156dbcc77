# The bot's own records of runs that a worker may still have to take up: their end is not marked, so a worker may have died, and
# the bot may have lost its record of them. The run that the bot takes for active is added in any case: the bot's record may
# come from a backup of a time when that was true.
MOST = 3

found = []
for name in names_in(RUNS):
    folder = os.path.join(RUNS, name)
    asked = name == PARAMETERS["active"]
    if not asked and not may_be_taken_up(folder):
        continue
    try:
        with open(os.path.join(folder, "record"), encoding="utf-8") as text:
            last_written = os.fstat(text.fileno()).st_mtime
            record = text.read(4 << 20)
    except (OSError, UnicodeDecodeError):
        continue
    found.append((asked, last_written, name, record))
answer([{"run": name, "record": record} for _, _, name, record in sorted(found, reverse=True)[:MOST]])
