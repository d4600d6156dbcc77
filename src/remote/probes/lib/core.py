# Where things are on the host, and how a probe runs other programs. Stands in front of every probe.
import datetime, glob, json, os, re, subprocess, sys

PARAMETERS = json.loads(sys.argv[1])
ROOT = PARAMETERS["root"]
APP = os.path.join(ROOT, "app")
ENV_FILE = os.path.join(ROOT, ".env")
HOME = os.path.join(ROOT, ".rollback-bot")

def say_what_broke(kind, problem, trace):
    """A probe that breaks off says why in words. The trace goes to the log."""
    sys.__excepthook__(kind, problem, trace)
    why = "a program of the bot broke off on the host, by a fault of the bot's own (the worker's log has where)"
    if isinstance(problem, OSError) and problem.strerror:
        why = "%s: %s" % (problem.filename, problem.strerror) if problem.filename else problem.strerror
    elif isinstance(problem, MemoryError):
        why = "the host has too little memory for the bot's question"
    sys.stdout.write("\n%s\n" % json.dumps({"broke": why}))

sys.excepthook = say_what_broke

def run(argv, timeout=20, cwd=None, more=None):
    """(exit code, stdout, stderr). 124: it took too long. 127: there is no such program. `more`: variables of its environment."""
    env = dict(dict(os.environ, LC_ALL="C.UTF-8", GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0"), **(more or {}))
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, cwd=cwd, env=env)
    except subprocess.TimeoutExpired:
        return 124, "", "took longer than %d s" % timeout
    except OSError as problem:
        return 127, "", str(problem)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

def read_text(path):
    """The text of a file. None: there is no such file, or it can't be read."""
    try:
        with open(path) as text:
            return text.read()
    except OSError:
        return None

def free_bytes():
    disk = os.statvfs(ROOT)
    return disk.f_bavail * disk.f_frsize

def utc(seconds):
    """A time in seconds since the epoch as ISO 8601."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
