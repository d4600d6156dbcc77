# Where things lie on the host, and how a probe runs other programs; stands in front of every probe.
import datetime, glob, json, os, re, subprocess, sys

PARAMETERS = json.loads(sys.argv[1])
ROOT = PARAMETERS["root"]
APP = os.path.join(ROOT, "app")
ENV_FILE = os.path.join(ROOT, ".env")
HOME = os.path.join(ROOT, ".rollback-bot")

def run(argv, timeout=20, cwd=None):
    """(exit code, stdout, stderr); 124 when it took too long, 127 when it is not there."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, cwd=cwd, env=dict(os.environ, LC_ALL="C.UTF-8", GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0"))
    except subprocess.TimeoutExpired:
        return 124, "", "took longer than %d s" % timeout
    except OSError as problem:
        return 127, "", str(problem)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

def read_text(path):
    """None: it is not there, or cannot be read."""
    try:
        with open(path) as text:
            return text.read()
    except OSError:
        return None

def free_bytes():
    disk = os.statvfs(ROOT)
    return disk.f_bavail * disk.f_frsize

def utc(seconds):
    """A moment, in seconds since the epoch, as text."""
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

def with_environment(argv, settings=None, cwd=None, timeout=60):
    """Runs argv with the site's .env loaded as the platform's own scripts load it. What bash says of a line that it cannot read
    holds a part of that line, and of a value no part is known to be secret."""
    script = 'set -a; . "$1" 2>/dev/null; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"'
    return run(["bash", "-c", script, "env", ENV_FILE, settings or ""] + list(argv), timeout, cwd)
