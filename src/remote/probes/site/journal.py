# What the site's services have written to the journal since a given time: the newest lines that may be about an error.
import time

MOST_READ, MOST_KEPT, LONGEST_LINE, MOST_BYTES = 20000, 3000, 8000, 4 << 20
NO_ERROR = re.compile(r'" [1-4]\d\d (?:\d+|-) "|"level": ?"(?:DEBUG|INFO|WARNING)"')

def lines(unit):
    """The unit's lines. None: there are none, or we may not read them. journalctl looks the same in both cases."""
    since = ["-u", unit, "--since=@%.3f" % PARAMETERS["since"], "-n", str(MOST_READ), "--no-pager", "-o", "cat", "-q"]
    for prefix in ([], ["sudo", "-n"]):
        code, out, _ = run(prefix + ["journalctl"] + since)
        if code == 0 and out.strip():
            return out.splitlines()
    return None

def newest(lines):
    """As many of the last lines as the reader accepts, as JSON. A site where everything fails writes many long lines."""
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
# If the secrets are unknown, no line can be shown.
shown = without_env_secrets("\n".join(kept))
# Of a long line the end stays as well: a traceback names its exception there.
cut = [line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE // 2] + line[-LONGEST_LINE // 2:] for line in (shown or "").split("\n")]
answer({"readAt": read_at, "lines": None if not readable or shown is None else newest(cut) if kept else []})
