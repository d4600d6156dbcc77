# Helpers that the Python probes share; put in front of each of them.
import glob, json, os, re, subprocess, sys

PARAMETERS = json.loads(sys.argv[1])
ROOT = PARAMETERS["root"]
APP = os.path.join(ROOT, "app")
ENV_FILE = os.path.join(ROOT, ".env")
HOME = os.path.join(ROOT, ".rollback-bot")

def run(argv, timeout=20, cwd=None):
    """(exit code, stdout, stderr); 124 when it took too long, 127 when it is not there."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, cwd=cwd, env=dict(os.environ, LC_ALL="C.UTF-8", GIT_TERMINAL_PROMPT="0"))
    except subprocess.TimeoutExpired:
        return 124, "", "took longer than %d s" % timeout
    except OSError as problem:
        return 127, "", str(problem)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")

def git(*argv, timeout=20):
    return run(["git", "-C", APP] + list(argv), timeout)

def git_line(*argv):
    code, out, _ = git(*argv)
    return out.strip() if code == 0 and out.strip() else None

PIN = re.compile(r"^\s*sum[-_.]core(?:\[[^\]]*\])?\s*(?:==\s*([\w.+!-]+)|@\s*\S+?@([\w./+-]+?)(?:#.*)?)\s*(?:;.*)?$", re.I)

def pin_of(text):
    """The sum-core version that a requirements.txt pins, always with its v."""
    for line in text.splitlines():
        found = PIN.match(line)
        if found:
            version = found.group(1) or found.group(2)
            return version if not version[:1].isdigit() else "v" + version
    return None

def requirements_at(commits):
    """commit -> text of its requirements.txt, in one git process."""
    asked = "".join("%s:requirements.txt\n" % c for c in commits).encode()
    done = subprocess.run(["git", "-C", APP, "cat-file", "--batch"], input=asked, capture_output=True)
    texts, rest = {}, done.stdout
    for commit in commits:
        header, _, rest = rest.partition(b"\n")
        words = header.split()
        if len(words) == 3 and words[1] == b"blob":
            size = int(words[2])
            texts[commit], rest = rest[:size].decode("utf-8", "replace"), rest[size + 1:]
    return texts

def commit_infos(commits):
    """commit -> what people need to see of it."""
    commits = list(dict.fromkeys(c for c in commits if c))
    pins = requirements_at(commits)
    infos = {}
    for commit in commits:
        line = git_line("show", "-s", "--format=%H%x00%cI%x00%s", commit + "^{commit}")
        if line is None:
            continue
        sha, date, subject = line.split("\0", 2)
        tags = set((git_line("tag", "--points-at", sha) or "").split())
        for ref in (git_line("for-each-ref", "--format=%(refname)", "--points-at", sha, "refs/rollback-bot/tags") or "").split():
            tags.add(ref.split("/", 3)[3])
        infos[commit] = {"commit": sha, "committedAt": date, "subject": subject, "tags": sorted(tags), "pin": pin_of(pins.get(commit, ""))}
    return infos

def reflog():
    """HEAD's reflog, newest first: since when each commit was checked out here."""
    code, out, _ = git("reflog", "show", "--date=iso-strict", "--format=%H%x00%gd", "HEAD")
    entries = []
    for line in out.splitlines() if code == 0 else []:
        sha, _, selector = line.partition("\0")
        found = re.search(r"@\{(.+)\}", selector)
        if found:
            entries.append({"commit": sha, "at": found.group(1)})
    return entries

def installed(venv):
    """distribution -> VCS commit where it came from one, else its version."""
    listed = {}
    for info in glob.glob(os.path.join(venv, "lib", "python3*", "site-packages", "*.dist-info")):
        name, _, version = os.path.basename(info)[:-len(".dist-info")].rpartition("-")
        listed[re.sub(r"[-_.]+", "-", name).lower()] = version
        try:
            with open(os.path.join(info, "direct_url.json")) as text:
                listed[re.sub(r"[-_.]+", "-", name).lower()] = json.load(text)["vcs_info"]["commit_id"]
        except (OSError, KeyError, ValueError):
            pass
    return listed

def with_environment(argv, settings=None, cwd=None, timeout=60):
    """Runs argv with the site's .env loaded as the platform's own scripts load it."""
    script = 'set -a; . "$1"; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"'
    return run(["bash", "-c", script, "env", ENV_FILE, settings or ""] + list(argv), timeout, cwd)

def answer(value):
    print(json.dumps(value))
