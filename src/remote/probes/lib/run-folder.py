# The bot's own folder on the host: where runs and environments are, which marks they have, and how long a run can be taken up
# again. Needs core.py.
import time

NOW = time.time()
DAY = 24 * 60 * 60
RUNS, VENVS, TREES = (os.path.join(HOME, name) for name in ("runs", "venvs", "trees"))

# A run may wait for people over holidays. ADR 8 states the same number.
TAKEN_UP_DAYS = 14

def names_in(folder):
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []

def written(*paths):
    """When the first existing one of these files was written, in seconds since the epoch. 0: there is none."""
    return next((os.lstat(path).st_mtime for path in paths if os.path.lexists(path)), 0)

def may_be_taken_up(run):
    """Whether a worker may still take this run up again: nobody has marked its end, and its record was written not long ago. The
    bot writes the record before anything is claimed, and again before each decision is carried out."""
    last_written = written(os.path.join(run, "record"), os.path.join(run, "claim"))
    return not os.path.exists(os.path.join(run, "recorded")) and last_written > NOW - TAKEN_UP_DAYS * DAY

def attempts_of(run):
    return [os.path.join(run, name) for name in names_in(run) if name.startswith("attempt-")]

def holds_only_a_copy(folder):
    """Whether this is the folder of a run that never began. False if anything else is there: a person who continued by hand may have
    put the only safety backup there, or the previous environment."""
    return os.path.isdir(folder) and all(name in ("restore.sql.gz", "record", "objects", "rights") or name.startswith((".copy.", ".record.", ".claim.")) for name in os.listdir(folder))

def last_run(slug):
    """The highest number of a run of this site that was claimed here. The host still knows it if the bot's record is lost."""
    numbers = [0]
    for name in names_in(RUNS):
        found = re.fullmatch(re.escape(slug) + r"-(\d{1,9})", name)
        if found and os.path.exists(os.path.join(RUNS, name, "claim")):
            numbers.append(int(found.group(1)))
    return max(numbers)

def mark_of(venv):
    """The mark of a complete environment. The bot writes it last, and renews it when a plan will need the environment."""
    return os.path.join(venv, ".rollback-bot-complete")
