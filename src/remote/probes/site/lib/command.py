# What a unit starts: its words, its variables and its gunicorn, by systemd and by the process that runs. Needs systemd.py.
import shlex

VENV = os.path.join(ROOT, "venv") + "/"
SHELLS = ("sh", "bash", "dash", "env")

def unit_facts(unit):
    """(words of ExecStart, [NAME=value] of Environment, [(path, may be missing)] of EnvironmentFile)."""
    found = bus_properties(unit, "Service", ["ExecStart", "Environment", "EnvironmentFiles"])
    if found is not None:
        commands, environment, files = found
        return (commands[-1][1] if commands else []), environment, [(path, optional) for path, optional in files]
    facts = show(unit, "ExecStart,Environment")
    command = re.search(r"argv\[\]=(.*?) ; ignore_errors", facts.get("ExecStart", ""))
    files = [re.fullmatch(r"(.*) \(ignore_errors=(yes|no)\)", line) for line in show_lists(unit, "EnvironmentFiles")]
    return (shlex.split(command.group(1)) if command else [], shlex.split(facts.get("Environment", "")),
            [(one.group(1), one.group(2) == "yes") for one in files if one])

def unit_variables(environment, files):
    """{name: value} that systemd gives to the unit: a file counts more than Environment, and a later file more than an earlier."""
    values = dict(one.split("=", 1) for one in environment if "=" in one)
    for path, _ in files:
        for name in sorted(glob.glob(path)):
            try:
                values.update(read_env(name))
            except (OSError, Unreadable):
                continue
    return values

def expanded(words, variables):
    """The words as systemd passes them on: `$NAME` alone becomes words, `${NAME}` a part of one, and `$$` a dollar sign."""
    found = []
    for word in words:
        alone = re.fullmatch(r"\$([A-Za-z_][A-Za-z0-9_]*)", word)
        if alone:
            found += split_words(variables.get(alone.group(1), ""))
        else:
            found.append(re.sub(r"\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)\}", lambda part: variables.get(part.group(1), "") if part.group(1) else "$", word))
    return found

def split_words(text):
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()

def running_words(pid):
    """The command line of a process, which everyone may read. None: there is none, or the process has given itself a title."""
    try:
        with open("/proc/%s/cmdline" % pid, "rb") as text:
            words = text.read().rstrip(b"\0").decode("utf-8", "surrogateescape").split("\0")
    except OSError:
        return None
    return words if re.fullmatch(r"[\w./+-]+", words[0]) else None

def without_env(words):
    """(words, variables) without `env NAME=value` in front. An option of env is not understood, and then nothing is changed."""
    rest, variables = words[1:], {}
    if not words or os.path.basename(words[0]) != "env":
        return words, {}
    while rest and re.match(r"[A-Za-z_][A-Za-z0-9_]*=", rest[0]):
        name, _, variables_value = rest.pop(0).partition("=")
        variables[name] = variables_value
    return (words, {}) if not rest or rest[0].startswith("-") else (rest, variables)

def command_of(unit, pid="0"):
    """(words, variables) of what a unit starts. If its words lead to a shell, the process that runs says what came of them."""
    words, environment, files = unit_facts(unit)
    variables = unit_variables(environment, files)
    words, more = without_env(expanded(words, variables))
    variables.update(more)
    if not words or words[0].startswith(VENV):
        return words, variables
    running = running_words(pid) if pid != "0" else None
    return (running if running and running[0].startswith(VENV) else words), variables

def gunicorn_in(words):
    """(program, arguments) of gunicorn in a command: the program as words that hold in any environment. None: it is not in there,
    or it is started in a way that is not understood."""
    if not words or not words[0].startswith(VENV):
        return None
    if words[0] == VENV + "bin/gunicorn":
        return ["bin/gunicorn"], words[1:]
    for at, word in enumerate(words[1:], 1):
        if word == "-m" and words[at + 1:at + 2] == ["gunicorn"]:
            return [words[0][len(VENV):]] + ["-m", "gunicorn"] if is_python(words[0]) else ["bin/python", "-m", "gunicorn"], words[at + 2:]
        if word in ("gunicorn", VENV + "bin/gunicorn"):
            return ["bin/python", "-m", "gunicorn"], words[at + 1:]
    return None

def is_python(path):
    return re.fullmatch(r"python[\d.]*", os.path.basename(path)) is not None

# gunicorn reads its options, its variables and its files itself. It does not load the application, and it listens nowhere.
ASK_GUNICORN = """
import json, sys
sys.argv[0] = "gunicorn"
from gunicorn.app.wsgiapp import WSGIApplication
application = WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn")
print("\\x1egunicorn:" + json.dumps({"address": application.cfg.address, "chdir": application.cfg.chdir, "application": getattr(application, "app_uri", None)}))
"""

def ask_gunicorn(python, arguments, variables, cwd, settings=None):
    """({address, chdir, application}, None) of a gunicorn that would start like this, or (None, why not)."""
    code, out, err = with_environment([python, "-c", ASK_GUNICORN] + arguments, settings, cwd, 30, variables)
    found = re.search("\x1egunicorn:(.*)", out)
    if code == 0 and found:
        return json.loads(found.group(1)), None
    return None, (err.strip().splitlines() or ["it ended without a word"])[-1]

def gunicorn_of(command):
    """What a command starts as gunicorn: `program` and `arguments`, if they are understood, and what gunicorn itself says to them."""
    words, variables = command
    program, arguments = gunicorn_in(words) or (None, words)
    said, problem = ask_gunicorn(VENV + "bin/python", arguments, variables, APP) if program else (None, None)
    return {"program": program, "arguments": arguments, "variables": variables, "said": said, "problem": problem}

def application_of(gunicorn):
    """What the unit starts, so that it can be tried elsewhere. None: it is not understood."""
    words = [word for word in gunicorn["arguments"] if re.fullmatch(r"[\w.]+:[\w.]+(\(\))?", word)]
    name = gunicorn["said"]["application"] if gunicorn["said"] else words[-1] if words else None
    return {"program": gunicorn["program"], "name": name} if gunicorn["program"] and name else None
