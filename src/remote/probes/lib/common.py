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
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, cwd=cwd, env=dict(os.environ, LC_ALL="C.UTF-8", GIT_TERMINAL_PROMPT="0", GIT_OPTIONAL_LOCKS="0"))
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

def plain_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()

def distributions(venv):
    """distribution -> version, and where it came from a VCS its commit and the revision that was asked for."""
    listed = {}
    for info in glob.glob(os.path.join(venv, "lib", "python3*", "site-packages", "*.dist-info")):
        name, _, version = os.path.basename(info)[:-len(".dist-info")].rpartition("-")
        facts = {"version": version, "commit": None, "revision": None}
        try:
            with open(os.path.join(info, "direct_url.json")) as text:
                source = json.load(text)["vcs_info"]
            facts["commit"], facts["revision"] = source["commit_id"], source.get("requested_revision")
        except (OSError, KeyError, ValueError):
            pass
        listed[plain_name(name)] = facts
    return listed

def installed(venv):
    """distribution -> VCS commit where it came from one, else its version."""
    return {name: facts["commit"] or facts["version"] for name, facts in distributions(venv).items()}

def vcs_pins(requirements):
    """distribution -> (url, ref) of each VCS pin."""
    pins = {}
    for line in requirements.splitlines():
        found = re.match(r"^\s*([\w.-]+)(?:\[[^\]]*\])?\s*@\s*git\+(\S+?)@([\w./+-]+?)(?:#\S*)?\s*(?:;.*)?$", line)
        if found:
            pins[plain_name(found.group(1))] = (found.group(2), found.group(3))
    return pins

def exact_pins(requirements):
    """distribution -> version of each exact pin without a condition."""
    found = re.findall(r"^\s*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([\w.+!]+)\s*(?:#.*)?$", requirements, re.M)
    return {plain_name(name): version for name, version in found}

def same_version(one, other):
    return re.sub(r"(\.0+)+$", "", one.lower()) == re.sub(r"(\.0+)+$", "", other.lower())

def unmet_pins(requirements, venv):
    """What the requirements pin and the environment has otherwise or not at all. Ranges are left to pip."""
    try:
        with open(os.path.join(venv, "pyvenv.cfg")) as config:
            inherits = re.search(r"^include-system-site-packages\s*=\s*true", config.read(), re.M | re.I) is not None
    except OSError:
        inherits = False
    listed, unmet = distributions(venv), []
    def judge(name, wanted, fits, have):
        # What is not in the environment itself may still come from the system below it.
        if not fits and not (name not in listed and inherits):
            unmet.append({"name": name, "wanted": wanted, "installed": have})
    for name, version in exact_pins(requirements).items():
        have = listed.get(name)
        judge(name, version, have and same_version(have["version"], version), have and have["version"])
    for name, (_, ref) in vcs_pins(requirements).items():
        have = listed.get(name) or {"version": None, "commit": None, "revision": None}
        same = have["commit"] and (ref == have["revision"] or have["commit"].startswith(ref) and re.fullmatch(r"[0-9a-f]{7,40}", ref))
        # An old pip wrote no source down: then the version is all there is.
        same = same or have["version"] and not have["commit"] and same_version(have["version"], ref.lstrip("v"))
        judge(name, ref, same, have["revision"] or have["version"])
    return unmet

def stack_values(app):
    """Slug, env and domain of .sum/stack.yml: flat keys at its top level."""
    try:
        with open(os.path.join(app, ".sum", "stack.yml")) as lines:
            pairs = (line.rstrip().partition(":") for line in lines if line[:1].isalpha())
            return {key: value.strip().strip("'\"") for key, _, value in pairs}
    except OSError:
        return {}

def with_environment(argv, settings=None, cwd=None, timeout=60):
    """Runs argv with the site's .env loaded as the platform's own scripts load it. What bash says of a line that it cannot read
    holds a part of that line, and of a value no part is known to be secret."""
    script = 'set -a; . "$1" 2>/dev/null; set +a; if [ -n "$2" ]; then export DJANGO_SETTINGS_MODULE="$2"; fi; shift 2; exec "$@"'
    return run(["bash", "-c", script, "env", ENV_FILE, settings or ""] + list(argv), timeout, cwd)

PSQL = 'export PGPASSWORD="$DJANGO_DB_PASSWORD" PGCONNECT_TIMEOUT=10 PGOPTIONS="$2"; exec psql -XAtq -v ON_ERROR_STOP=1 -h "$DJANGO_DB_HOST" -p "${DJANGO_DB_PORT:-5432}" -U "$DJANGO_DB_USER" -d "$DJANGO_DB_NAME" -c "$1"'

def psql(sql, statement_ms=0, before=""):
    """Runs one statement as the site's role; 0 ms: without a limit of its own. `before`: shell that runs in front of it."""
    return with_environment(["bash", "-c", before + PSQL, "psql", sql, "-c statement_timeout=%d" % statement_ms])

def answer(value):
    print(json.dumps(passed_on(value)))
