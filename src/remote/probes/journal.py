# What the services of a site wrote since a moment, at most so many lines, and of those only what could be about an error.
import time

MOST_READ, MOST_KEPT, LONGEST, MOST_BYTES = 20000, 3000, 8000, 4 << 20
NO_ERROR = re.compile(r'" [1-4]\d\d (?:\d+|-) "|"level": ?"(?:DEBUG|INFO|WARNING)"')

def lines(unit):
    """None where reading them is not allowed, or where there are none: the two look alike."""
    since = ["-u", unit, "--since=@%.3f" % PARAMETERS["since"], "-n", str(MOST_READ), "--no-pager", "-o", "cat", "-q"]
    for prefix in ([], ["sudo", "-n"]):
        code, out, _ = run(prefix + ["journalctl"] + since)
        if code == 0 and out.strip():
            return out.splitlines()
    return None

def newest(lines):
    """As many as the reader takes at once, written as JSON: a site where everything fails has long lines, and many."""
    room = MOST_BYTES
    for first in range(len(lines) - 1, -1, -1):
        room -= len(json.dumps(lines[first])) + 2
        if room < 0:
            return lines[first + 1:]
    return lines

read_at = time.time()
found = [lines(unit) for unit in PARAMETERS["units"] if unit.endswith(".service")]
readable = [one for one in found if one is not None]
kept = [line for one in readable for line in one if not NO_ERROR.search(line)][-MOST_KEPT:]
# Lines with secrets that are not known are as good as none.
shown = without_env_secrets("\n".join(kept))
# The end of a line is kept too: there a traceback names its exception.
cut = [line if len(line) <= LONGEST else line[:LONGEST // 2] + line[-LONGEST // 2:] for line in (shown or "").split("\n")]
answer({"readAt": read_at, "lines": None if not readable or shown is None else newest(cut) if kept else []})
