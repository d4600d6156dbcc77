# What is odd about the site's .env: where bash reads it in another way than systemd, and what changed since the site started. Only
# names and numbers of lines leave the host. Needs secrets.py and command.py.
DATABASE_NAMES = ("DJANGO_DB_NAME", "DJANGO_DB_USER", "DJANGO_DB_PASSWORD", "DJANGO_DB_HOST", "DJANGO_DB_PORT")
# bash doesn't let anyone set these.
READ_ONLY = ("BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID")

SOUND_FILE = {"unreadable": None, "windowsLineEnds": False, "byteOrderMark": False, "stops": None, "oddities": [], "changed": [], "isChanged": False}

def odd_character(raw):
    """The first character of a value to which bash gives a meaning that systemd doesn't know. None: there is none."""
    quote, before = None, ""
    for at, char in enumerate(raw):
        if quote == "'":
            quote = None if char == "'" else quote
        elif quote == '"':
            if char in "$`":
                return char
            quote = None if char == '"' and before != "\\" else quote
        elif char in "'\"":
            if before not in ("", "'", '"'):
                return char
            quote = char
        elif char in "$`&;|<>()\\" or (char == "~" and not before) or (char == "#" and before in " \t" and before):
            return char
        elif char in " \t" and raw[at:].strip() and not raw[at:].lstrip().startswith("#"):
            return " "
        before = char
    return quote

def kind_of(line, key):
    if re.match(r"\s*export\s", line):
        return "export"
    if not ENV_NAME.fullmatch(key):
        return "name"
    if key in READ_ONLY:
        return "read-only"
    return "spaces" if re.match(r"\s*[A-Za-z_]\w*(\s+=|=[ \t]+\S)", line) else "character"

def oddities(text, entries, values):
    """The lines that bash reads in another way, or that systemd leaves out. `values`: what bash made of the file."""
    found, lines = [], text.split("\n")
    last = {key: line for line, key, _ in entries}
    for line, key, value in entries:
        if last[key] != line or (ENV_NAME.fullmatch(key) and values.get(key) == value):
            continue
        kind, (name, _, raw) = kind_of(lines[line - 1], key), lines[line - 1].partition("=")
        word = name.split()[-1] if name.split() else ""
        found.append({"line": line, "name": word if ENV_NAME.fullmatch(word) else None, "kind": kind,
                      "character": odd_character(raw.rstrip("\r")), "plain": not re.search(r"['\"\\]", raw)})
    return found

def stop_of(code, said, entries, odd):
    """Where bash stops. Its own words are not passed on: they may quote a secret. It finds out only at the end of the file that a
    quote or a bracket is still open, and then the last odd line in front of that is meant."""
    if code == 0:
        return None
    at = re.search(r"line (\d+)", said)
    line = int(at.group(1)) if at else None
    names = {entry: key for entry, key, _ in entries if ENV_NAME.fullmatch(key)}
    before = [one["line"] for one in odd if one["character"] or one["kind"] != "character"]
    if line is not None and (line not in names or re.search("unexpected EOF|unexpected end of file", said)):
        line = max([one for one in before if one <= line], default=line)
    return {"line": line, "name": names.get(line)}

def changed_since(pid, started, files):
    """(names whose value is another one than the running process has, or None if they can't be seen; whether the file was changed
    since the start)."""
    if pid == "0" or not any(os.path.realpath(path) == os.path.realpath(ENV_FILE) for path, _ in files):
        return [], False
    try:
        with open("/proc/%s/environ" % pid, "rb") as text:
            running = dict(one.split("=", 1) for one in text.read().decode("utf-8", "surrogateescape").split("\0") if "=" in one)
    except OSError:
        # The unit has its own group, so the kernel doesn't show it.
        return None, started is not None and os.stat(ENV_FILE).st_mtime > started
    others = unit_variables([], [one for one in files if os.path.realpath(one[0]) != os.path.realpath(ENV_FILE)])
    changed = sorted(name for name, value in site_env().items() if name not in others and running.get(name) != value)
    return changed, bool(changed)

def environment_file(pid="0", started=None, files=()):
    try:
        with open(ENV_FILE, "rb") as file:
            data = file.read(LARGEST_ENV)
        entries = checked_entries(data)
    except OSError as problem:
        return dict(SOUND_FILE, unreadable=problem.strerror or "it can't be opened")
    except Unreadable as problem:
        return dict(SOUND_FILE, unreadable=str(problem))
    text = data.decode("utf-8", "surrogateescape")
    # Without -e, what stands behind a bad line is read as well, and compared.
    code, said, _ = bash_env("set -eu")
    odd = oddities(text, entries, dict(bash_env(":")[2]))
    stops = stop_of(code, said, entries, odd)
    # Of what bash has not come to, nothing can be said.
    odd = [one for one in odd if stops is None or one["character"] or one["kind"] != "character" or one["line"] <= (stops["line"] or 0)]
    changed, is_changed = changed_since(pid, started, files)
    return dict(SOUND_FILE, windowsLineEnds="\r\n" in text, byteOrderMark=text.startswith("\ufeff"), stops=stops,
                oddities=odd[:20], changed=changed and changed[:20], isChanged=is_changed)
