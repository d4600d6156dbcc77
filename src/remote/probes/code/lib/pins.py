# What a requirements.txt asks for, with all files that it includes and the project that it may point to. Needs requirements.py.
import configparser
try:
    import tomllib
except ImportError:
    tomllib = None

CORE = "sum-core"
# pip takes what the files of a project ask for last, and a constraint only limits what others ask for.
BY_FILE, BY_PROJECT, BY_CONSTRAINT = 0, 1, 2
LARGEST_FILE = 4 << 20

class Pins:
    def __init__(self):
        self.files, self.found, self.problems = {}, [], []

    def active(self, *ranks):
        return [one for rank, one, holds in self.found if holds and (not ranks or rank in ranks)]

    def exact(self):
        """{distribution: version} of each exact pin that counts on this host."""
        return {one.name: one.version for one in reversed(self.active(BY_FILE, BY_PROJECT)) if one.name and one.version}

    def vcs(self):
        """{distribution: (url, ref)} of each VCS pin."""
        return {one.name: (one.url, one.ref) for one in reversed(self.active(BY_FILE, BY_PROJECT)) if one.name and one.is_vcs and one.ref}

    def names(self):
        """All distributions that are named, with or without a version."""
        return set(one.name for one in self.active(BY_FILE, BY_PROJECT) if one.name)

    def fingerprint(self):
        """What the files say. A requirements.txt alone stands for itself."""
        if list(self.files) == ["requirements.txt"]:
            return decoded(self.files["requirements.txt"] or b"")
        return "".join("%s\0%s\0" % (path, decoded(data or b"")) for path, data in sorted(self.files.items()))

    def core(self):
        """(the sum-core version that is pinned or None, why it cannot be read or None, the repository if it pins a commit of it)."""
        unsure = [one for _, one, holds in self.found if holds is None and one.name == CORE]
        for rank in (BY_FILE, BY_PROJECT, BY_CONSTRAINT):
            pins = list(dict.fromkeys(labelled(one.pin()) for one in self.active(rank) if one.name == CORE and one.pin()))
            if len(pins) > 1:
                return None, "it pins sum-core twice: %s" % ", ".join(pins[:3]), None
            if pins and not unsure:
                is_commit = re.fullmatch(r"[0-9a-f]{40}", pins[0])
                return pins[0], None, next((one.url for one in self.active(rank) if is_commit and one.name == CORE and one.is_vcs), None)
        if unsure:
            return None, "the condition of sum-core cannot be read: %s" % unsure[0].marker[:80], None
        asked = [one for one in self.active() if one.name == CORE]
        if asked:
            return None, "it takes sum-core from git without a tag" if asked[0].is_vcs else "it asks for no single version of sum-core, but for %s" % (asked[0].asked or asked[0].url or "any"), None
        return None, self.problems[0] if self.problems else None, None

def labelled(pin):
    """A version always has a v in front. A commit or a branch has none."""
    return "v" + pin if pin[:1].isdigit() and not re.fullmatch(r"[0-9a-f]{40}", pin) else pin

def pins_of(get, values):
    """What requirements.txt asks for. `get`: the content of a file of the source tree, or None. `values`: for markers."""
    pins, seen = Pins(), set()

    def read(path):
        pins.files[path] = get(path)
        if pins.files[path] is not None and len(pins.files[path]) > LARGEST_FILE:
            pins.problems.append("%s is too large" % path)
            return None
        return pins.files[path]

    def add(one, rank, folder):
        try:
            holds = one.marker is None or marker_holds(one.marker, values)
        except (ValueError, RecursionError):
            holds = None
        pins.found.append((rank, one, holds))
        if one.path is not None and holds is not False:
            inner = within(folder, one.path)
            if inner is None:
                pins.problems.append("it installs %s, which is outside of the repository" % one.path)
            else:
                read_project(inner, one.extras)

    def read_file(path, rank, by):
        if (path, rank) in seen:
            return
        seen.add((path, rank))
        data = read(path)
        if data is None:
            if by:
                pins.problems.append("%s includes %s, which is not there" % (by, path))
            return
        found, further, problems = parsed_once(data)
        pins.problems += ["%s: %s" % (path, problem) for problem in problems]
        for one in found:
            add(one, rank, posixpath.dirname(path))
        for is_constraint, name in further:
            inner = None if is_url(name) or "${" in name else within(posixpath.dirname(path), name)
            if inner is None:
                pins.problems.append("%s includes %s, which is outside of the repository" % (path, name))
            else:
                read_file(inner, BY_CONSTRAINT if is_constraint else BY_FILE, path)

    def read_project(folder, extras):
        path = posixpath.normpath(posixpath.join(folder, "pyproject.toml"))
        if path in seen:
            return
        seen.add(path)
        data, setup = read(path), read(posixpath.join(folder, "setup.cfg"))
        lines, problem = [], None
        if data is None and setup is None:
            problem = "it installs %s, and there is no pyproject.toml or setup.cfg that says with what" % (folder or ".")
        elif data is not None and tomllib is None:
            problem = "it points to %s, which only Python 3.11 or later can read" % path
        else:
            try:
                lines, dynamic = project_lines(decoded(data or b""), setup and decoded(setup), extras)
                for name in dynamic:
                    read_file(posixpath.normpath(posixpath.join(folder, name)), BY_PROJECT, path)
            except (ValueError, AttributeError, TypeError, RecursionError, configparser.Error):
                problem = "%s cannot be read" % path
        for line in lines:
            try:
                add(requirement(line) if isinstance(line, str) else line, BY_PROJECT, folder)
            except ValueError as why:
                pins.problems.append("%s: %s" % (path, why))
        if problem:
            pins.problems.append(problem)

    read_file("requirements.txt", BY_FILE, None)
    return pins

PARSED = {}

def parsed_once(data):
    """Most commits have the files of the commit before."""
    if data not in PARSED:
        PARSED[data] = parsed(decoded(data))
    return PARSED[data]

def within(folder, name):
    """A path of the source tree, or None: it leads out of it."""
    path = posixpath.normpath(posixpath.join(folder, name))
    return None if path.startswith(("../", "/")) or path == ".." else "" if path == "." else path

def project_lines(text, setup, extras):
    """(what a project asks for, further files of requirements)."""
    document = tomllib.loads(text) if text else {}
    tool, project = document.get("tool", {}), document.get("project", {})
    lines, files = list(project.get("dependencies", [])), []
    wanted = [plain_name(extra.strip()) for extra in extras.split(",") if extra.strip()]
    for extra, more in project.get("optional-dependencies", {}).items():
        lines += more if plain_name(extra) in wanted else []
    if "dependencies" in project.get("dynamic", []) or "project" not in document:
        named = tool.get("setuptools", {}).get("dynamic", {}).get("dependencies", {}).get("file", [])
        files += [named] if isinstance(named, str) else list(named)
    if setup:
        config = configparser.ConfigParser(interpolation=None)
        config.read_string(setup)
        asked = config.get("options", "install_requires", fallback="").strip()
        if asked.startswith("file:"):
            files += [name.strip() for name in asked[len("file:"):].split(",")]
        elif "dependencies" not in project:
            lines += [line.strip() for line in asked.splitlines() if line.strip()]
    sources = dict(tool.get("uv", {}).get("sources", {}), **tool.get("poetry", {}).get("dependencies", {}))
    return lines + [one for name, value in sources.items() for one in by_source(name, value)], files

def by_source(name, value):
    """A dependency as poetry writes it, or a source of uv: {git = "…", tag = "…"}, "1.2.3" or "^1.2"."""
    ref = next((value[key] for key in ("tag", "rev", "branch") if key in value), None) if isinstance(value, dict) else None
    if isinstance(value, dict) and "git" in value:
        return [Requirement(name, url=value["git"], ref=ref, is_vcs=True)]
    asked = value.get("version") if isinstance(value, dict) else value
    if not isinstance(asked, str) or name == "python":
        return []
    version = asked.lstrip("= ")
    return [Requirement(name, version=version if version_key(version) else None, asked=asked)]

def pins_in(folder, venv):
    """The same of a directory. A link that leads out of it counts as no file."""
    root = os.path.realpath(folder)
    def get(path):
        real = os.path.realpath(os.path.join(root, path))
        try:
            if not real.startswith(root + os.sep):
                return None
            with open(real, "rb") as data:
                return data.read(LARGEST_FILE + 1)
        except OSError:
            return None
    return pins_of(get, markers_of(python_of(venv)))
