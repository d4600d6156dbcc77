# The bot's own folder on the host: where runs and environments lie, what marks them, and for how long a run may be taken up
# again. Rules that several programs share.
import time

NOW = time.time()
DAY = 24 * 60 * 60
RUNS, VENVS, TREES = (os.path.join(HOME, name) for name in ("runs", "venvs", "trees"))

# A run may wait for people over holidays. ADR 8 says the same number.
TAKEN_UP_DAYS = 14

def names_in(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

def written(*paths):
    """When the first of these that exists was written, in seconds since the epoch; 0: none of them does."""
    return next((os.lstat(path).st_mtime for path in paths if os.path.lexists(path)), 0)

def may_be_taken_up(run):
    """Whether a worker may still take this run up: the bot kept its record here not long ago, before anything was claimed, and
    nobody has marked its end."""
    kept = written(os.path.join(run, "record"), os.path.join(run, "claim"))
    return not os.path.exists(os.path.join(run, "recorded")) and kept > NOW - TAKEN_UP_DAYS * DAY

def attempts_of(run):
    return [os.path.join(run, name) for name in names_in(run) if name.startswith("attempt-")]

def last_run(slug):
    """The highest number of a run of this site that was claimed here: the host remembers what a lost record forgot."""
    numbers = [0]
    for name in names_in(RUNS):
        found = re.fullmatch(re.escape(slug) + r"-(\d{1,9})", name)
        if found and os.path.exists(os.path.join(RUNS, name, "claim")):
            numbers.append(int(found.group(1)))
    return max(numbers)

def mark_of(venv):
    """Written last when the bot builds an environment: one without it is not complete. Renewed when a plan may wait for it."""
    return os.path.join(venv, ".rollback-bot-complete")
