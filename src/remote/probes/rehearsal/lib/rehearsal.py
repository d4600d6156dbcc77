# What all parts of a rehearsal have in common: where it happens, how far it may go, and that no two happen at once. Needs
# run-folder.py and postgres.py.
import hashlib, socket, tempfile

FOLDER = os.path.join(HOME, "rehearsal")
BEGAN = time.monotonic()

class NotHeld(Exception):
    """Why a rehearsal can't be held. `cure`: which of the bot's own sentences says what would make it possible."""
    def __init__(self, why, cure="none"):
        super().__init__(why)
        self.cure = cure

class Failed(Exception):
    """A part of the rehearsal went wrong, in the words of the program that said so."""

def since(began):
    """In milliseconds."""
    return int((time.monotonic() - began) * 1000)

def watch():
    """Called all the time while something large happens. Errors: NotHeld if it goes too far."""
    if since(BEGAN) > PARAMETERS["within"] * 1000:
        raise NotHeld("it took longer than %d minutes" % round(PARAMETERS["within"] / 60), "within")
    if free_bytes() < PARAMETERS["keepFree"]:
        raise NotHeld("the disk would have become too full", "disk")

def one_at_a_time():
    """A name in the kernel's own list, which nobody else on this host can have at the same time, and which no crash leaves behind."""
    mark = socket.socket(socket.AF_UNIX)
    end = time.monotonic() + PARAMETERS["wait"]
    while True:
        try:
            mark.bind("\0rollback-bot-rehearsal")
            return mark
        except OSError:
            if time.monotonic() > end:
                raise NotHeld("another one has been under way on this host for %d minutes" % round(PARAMETERS["wait"] / 60), "busy")
            time.sleep(1)

def held(work, **empty):
    """Holds one part of a rehearsal, and answers with what it found, or why it could not be held or failed. `empty`: what it found if
    it found nothing."""
    found = dict(empty, why=None, cure=None, failed=None)
    try:
        os.nice(10)
        mark = one_at_a_time()
        found.update(work())
    except NotHeld as problem:
        found.update(why=str(problem), cure=problem.cure)
    except Failed as problem:
        found["failed"] = str(problem)
    answer(dict(found, ms=since(BEGAN)))
