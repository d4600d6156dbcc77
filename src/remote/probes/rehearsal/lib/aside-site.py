# The target on the side database: its static files are collected, and it is started on a socket of its own. This runs sealed off.
# Needs command.py, elsewhere.py and sealed.py.
import http.client, urllib.parse

REDIS = re.compile(r"rediss?://")
# What a unit's gunicorn is told that would lead it to what is live. Each takes a value.
NOT_HERE = ("-b", "--bind", "-p", "--pid", "-w", "--workers", "--access-logfile", "--error-logfile", "--log-file", "--log-syslog-to", "--statsd-host")

def port_of(url):
    return url.port or 6379

def here(value):
    """A Redis URL that leads to the Redis of the rehearsal: the same database, user and password, on this side of the seal."""
    if not REDIS.match(value):
        return value
    try:
        url = urllib.parse.urlsplit(value)
        login, at, _ = url.netloc.rpartition("@")
        return urllib.parse.urlunsplit(("redis", "%s%s127.0.0.1:%d" % (login, at, port_of(url)), url.path, "", ""))
    except ValueError:
        return value

def redis_settings(values):
    """{port: the settings of a Redis there that takes the logins of these URLs}"""
    found = {}
    for value in values:
        try:
            url = urllib.parse.urlsplit(value) if REDIS.match(value) else None
            if url is None:
                continue
            lines = found.setdefault(port_of(url), [])
        except ValueError:
            continue
        password = urllib.parse.unquote(url.password or "")
        user = urllib.parse.unquote(url.username or "") or "default"
        word = re.compile(r"[!-~]+")
        if password and word.fullmatch(password) and word.fullmatch(user) and '"' not in password + user and "\\" not in password + user:
            lines.append('user %s on "#%s" ~* &* +@all' % (user, hashlib.sha256(password.encode()).hexdigest()))
    return {port: ["port %d" % port, "bind 127.0.0.1", 'save ""', "appendonly no", "databases 128", "maxmemory 64mb", "maxmemory-policy allkeys-lru"] + sorted(set(lines)) for port, lines in found.items()}

def start_redis(settings, folder):
    """Whether a Redis of the rehearsal answers on each port."""
    program = shutil.which("redis-server")
    if program is None:
        return False
    for port, lines in settings.items():
        server = subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        server.stdin.write("\n".join(lines + ['dir "%s"' % folder]).encode())
        server.stdin.close()
        if not becomes_ready(lambda: socket.create_connection(("127.0.0.1", port), 1).close(), server, 5):
            return False
    return True

def becomes_ready(try_it, process, seconds_left):
    """Whether something can be done before its process ends or the time is over."""
    end = time.monotonic() + seconds_left
    while process.poll() is None and time.monotonic() < end:
        try:
            try_it()
            return True
        except OSError:
            time.sleep(0.05)
    return False

def without_what_is_live(arguments):
    """The arguments of gunicorn without those that name live sockets and files."""
    kept, words = [], list(arguments)
    while words:
        word = words.pop(0)
        if word in NOT_HERE:
            words[:1] = []
        elif word in ("-D", "--daemon", "--reload") or word.startswith(tuple(name + "=" for name in NOT_HERE if name.startswith("--"))) or re.match(r"-[bpw]\S", word):
            continue
        else:
            kept.append(word)
    return kept

def aside_command(folder, tree, venv):
    """(words, variables) that start the target as its unit would, but in `folder`. None: the unit's command is not understood."""
    words, variables = command_of(PARAMETERS["unit"], show(PARAMETERS["unit"], "MainPID").get("MainPID", "0"))
    gunicorn = gunicorn_in(words)
    if gunicorn is None:
        return None, {}
    program, arguments = gunicorn
    variables = {name: elsewhere(value, tree, venv) for name, value in variables.items()}
    variables["GUNICORN_CMD_ARGS"] = " ".join(map(shlex.quote, without_what_is_live(split_words(variables.get("GUNICORN_CMD_ARGS", "")))))
    own = ["--bind", "unix:" + os.path.join(folder, "site.sock"), "--workers", "1", "--pid", os.path.join(folder, "pid"), "--access-logfile", "/dev/null", "--error-logfile", "-", "--worker-tmp-dir", folder]
    arguments = without_what_is_live([elsewhere(word, tree, venv) for word in arguments])
    return [os.path.join(venv, program[0])] + program[1:] + own + arguments, variables

def aside_variables(folder, name, variables):
    """The site's variables, leading to what is beside the live ones."""
    values = dict(variables, **site_env())
    if PARAMETERS["settings"]:
        values["DJANGO_SETTINGS_MODULE"] = PARAMETERS["settings"]
    values = {key: here(value) for key, value in values.items()}
    return dict(values, DJANGO_DB_NAME=name, DJANGO_DB_HOST=folder, DJANGO_DB_PORT="5432", DJANGO_STATIC_ROOT=os.path.join(folder, "static"),
                TMPDIR=os.path.join(folder, "tmp"), PYTHONDONTWRITEBYTECODE="1", HOME=os.path.join(folder, "tmp"))

def output_of(path):
    return (read_text(path) or "")[-20000:]

def site_aside(folder, name, report):
    """Everything that happens sealed off, up to a site that waits to be asked. What it reports: {redis}, {name, ms, failed}, {ended}."""
    tree, venv = PARAMETERS["tree"], PARAMETERS["venv"]
    words, variables = aside_command(folder, tree, venv)
    values = aside_variables(folder, name, variables)
    env = dict(os.environ, LC_ALL="C.UTF-8", **values)
    urls = [value for value in list(site_env().values()) + list(variables.values())]
    report({"redis": start_redis(redis_settings(urls), folder)})
    log = os.path.join(folder, "log")
    began = time.monotonic()
    with open(log, "w") as said:
        code = subprocess.call([os.path.join(venv, "bin", "python"), "manage.py", "collectstatic", "--noinput"], cwd=tree, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    report({"name": "static", "ms": since(began), "failed": None if code == 0 else last_words(output_of(log))})
    if code != 0:
        return
    if words is None:
        report({"name": "start", "ms": 0, "failed": "the command of its unit is not understood"})
        return
    began = time.monotonic()
    with open(log, "w") as said:
        process = subprocess.Popen(words, cwd=tree, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    def connect():
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(os.path.join(folder, "site.sock"))
    is_there = becomes_ready(connect, process, 60)
    report({"name": "start", "ms": since(began), "failed": None if is_there else last_words(output_of(log))})
    process.wait()
    report({"ended": last_words(output_of(log))})

class OverSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

def page(folder, path):
    """(status or None, the body's beginning, ms) of one page, asked as the proxy would ask."""
    began = time.monotonic()
    client = OverSocket(os.path.join(folder, "site.sock"))
    try:
        client.request("GET", path, headers={"Host": PARAMETERS["domain"], "X-Forwarded-Proto": "https", "User-Agent": "rollback-bot"})
        found = client.getresponse()
        return found.status, found.read(1 << 19).decode("utf-8", "replace"), since(began)
    except (OSError, http.client.HTTPException):
        return None, "", since(began)
    finally:
        client.close()

def failing_checks(body):
    try:
        return [str(name)[:40] for name, check in json.loads(body).get("checks", {}).items() if check.get("status") != "ok"][:20]
    except (AttributeError, ValueError):
        return []
