# How systemd reads the site's .env, and how a program is run with it. Needs core.py.
#
# The grammar is that of EnvironmentFile= in systemd.exec(5), as parse_env_file_internal() in systemd's src/basic/env-file.c has it:
#
#   file     = { blank line | comment | line without "=" | entry }
#   comment  = ( "#" | ";" ) anything to the end of the line. A "\" hides the next character; before systemd 254 it also hides the
#              end of the line, so that the comment goes on.
#   entry    = key "=" { quoted } [ plain ] end
#   quoted   = "'" anything but "'" "'"      every character is itself, even the end of a line
#            | '"' anything but '"' '"'      "\" before one of " \ ` $ is dropped, and with it an end of line behind it; else it stays
#   plain    = anything up to the end, but "\" is dropped: the next character is itself, and an end of line is dropped too
#   end      = "\n" | "\r" | the end of the file
#
# Spaces and tabs don't count around the key, in front of the value, between quoted parts, and at the end of a plain part. A quote
# inside a plain part is a character like others. Nothing is expanded, and the last value of a name counts. Entries with a key that
# is no name are left out. A NUL anywhere, or an entry that is not UTF-8, makes the file unreadable: the unit can't start.
ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
LARGEST_ENV = 1 << 20

class Unreadable(ValueError):
    """Why systemd reads nothing of a file."""

def comments_go_on(text):
    """Whether a comment that ends with a backslash goes on in the next line. systemd is asked only if there is one."""
    if not re.search(r"[#;][^\n\r]*\\[\n\r]", text):
        return False
    version = re.match(r"systemd (\d+)", run(["systemctl", "--version"])[1])
    return version is not None and int(version.group(1)) < 254

def env_entries(text, long_comments=False):
    """[(line, key, value)] in the order of the file, also those that systemd leaves out."""
    found, key, value, state, spaces, line, at = [], "", "", "start", 0, 1, 1
    for char in text:
        is_end = char in "\n\r"
        if state == "start":
            if char in "#;":
                state = "comment"
            elif char not in " \t\n\r":
                key, at, state = char, line, "key"
        elif state == "comment":
            state = "comment hides" if char == "\\" else "start" if is_end else state
        elif state == "comment hides":
            state = "start" if is_end and not long_comments else "comment"
        elif state == "key":
            if is_end or char == "=":
                value, spaces, state = "", 0, "start" if is_end else "value"
            else:
                key += char
        elif state in ("value", "plain") and is_end:
            found.append((at, key.rstrip(" \t"), value[:len(value) - spaces]))
            state = "start"
        elif state == "value" and char in "'\"":
            state = "single" if char == "'" else "double"
        elif state in ("value", "plain"):
            if char == "\\":
                spaces, state = 0, "plain hides"
            elif state == "plain" or char not in " \t":
                value, spaces, state = value + char, spaces + 1 if char in " \t" else 0, "plain"
        elif state == "plain hides":
            value, state = value if is_end else value + char, "plain"
        elif state == "single":
            value, state = (value, "value") if char == "'" else (value + char, state)
        elif state == "double" and char in "\"\\":
            state = "value" if char == '"' else "double hides"
        elif state == "double":
            value += char
        elif state == "double hides":
            value, state = value + ("" if char == "\n" else char if char in "\"\\`$" else "\\" + char), "double"
        line += char == "\n"
    if state not in ("start", "comment", "comment hides", "key"):
        found.append((at, key.rstrip(" \t"), value[:len(value) - spaces]))
    return found

def checked_entries(data):
    """The entries of a file's bytes. Errors: Unreadable."""
    if b"\0" in data:
        raise Unreadable("line %d has a NUL character" % (data[:data.index(b"\0")].count(b"\n") + 1))
    text = data.decode("utf-8", "surrogateescape")
    found = env_entries(text, comments_go_on(text))
    for line, key, value in found:
        if re.search("[\udc80-\udcff]", key + value):
            raise Unreadable("line %d is not UTF-8" % line)
    return found

def read_env(path):
    """{name: value} as systemd gives it to a unit. Errors: OSError, Unreadable."""
    with open(path, "rb") as file:
        return {key: value for _, key, value in checked_entries(file.read(LARGEST_ENV)) if ENV_NAME.fullmatch(key)}

def site_env():
    """The site's .env as systemd reads it. Empty: systemd can't read it either."""
    try:
        return read_env(ENV_FILE)
    except (OSError, Unreadable):
        return {}

def with_environment(argv, settings=None, cwd=None, timeout=60, more=None):
    """Runs a command with the site's .env, as the site itself has it. `more`: variables beside those."""
    chosen = {"DJANGO_SETTINGS_MODULE": settings} if settings else {}
    return run(argv, timeout, cwd, dict(dict(site_env(), **(more or {})), **chosen))
