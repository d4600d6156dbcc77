# Which values of the site's .env must not leave the host, and how they are taken out of a text. Needs env-file.py.
import html, shutil, urllib.parse

SECRET_NAME = re.compile(r"PASS|SECRET|TOKEN|KEY|DSN|CREDENTIAL|AUTH|PRIVATE|SALT|SIGNATURE|COOKIE|WEBHOOK|(?:^|_)(?:PW|PWD|PIN)(?:_|$)", re.I)
# Names and places that logs mention all the time.
OPEN_NAME = re.compile(r"(?:^|_)(?:NAME|USER|HOSTS?|PORT|MODULE|DOMAINS?|ROOT|DIR|PATH|ENV|ENVIRONMENT|LEVEL|LANG|LANGUAGE|TZ|TIME_?ZONE|ENGINE|BACKEND|SLUG)$", re.I)
SWITCH = re.compile(r"(?:true|false|yes|no|on|off|none|null|\d{1,3})?", re.I)
NUMBERS = re.compile(r"[\d.,:]+")
# A host, a domain or a Python module.
DOTTED = re.compile(r"[a-z0-9_*-]{0,63}(?:\.[a-z0-9_-]{1,63}){0,6}\.[a-z_]{2,30}(?::\d+)?")
OPEN_URL = re.compile(r"[a-z][a-z0-9+.-]*://[\w.\[\]:-]*(?:/\d*)?", re.I)
COMMON_WORDS = {"localhost", "production", "staging", "development", "postgres", "postgresql", "memcached", "gunicorn", "celery"}
SHORT = 8

def is_secret(name, value):
    if SECRET_NAME.search(name):
        return not SWITCH.fullmatch(value) and not (value.startswith("/") and os.path.exists(value))
    slug = os.path.basename(ROOT)
    if len(value) < SHORT or OPEN_NAME.search(name) or value.startswith("/") or value.lower() in COMMON_WORDS | {slug, slug.replace("-", "_")}:
        return False
    return not NUMBERS.fullmatch(value) and not OPEN_URL.fullmatch(value) and not all(DOTTED.fullmatch(one) for one in value.split(","))

def assigned(text):
    """(name, value) of each line NAME=value. This also works if bash can't read the file to its end."""
    for name, value in re.findall(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=(.*)$", text, re.M):
        value = value.strip()
        yield name, value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value

def bash_env(first):
    """(exit code, what bash says, [(name, value)]) if bash reads the file as the platform's scripts do. `first`: what runs before."""
    # There is no $1, as in a script behind its options.
    script = '%s; set -a; . "$0" >/dev/null; exec %s -0' % (first, shutil.which("env") or "/usr/bin/env")
    try:
        done = subprocess.run(["bash", "-c", script, ENV_FILE], stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=10, env={"PATH": os.environ.get("PATH", "")})
    except (OSError, subprocess.TimeoutExpired):
        return 124, "", []
    entries = [entry.partition("=") for entry in done.stdout.decode("utf-8", "surrogateescape").split("\0")]
    pairs = [(name, value) for name, equals, value in entries if equals and name not in ("PATH", "PWD", "OLDPWD", "SHLVL", "_")]
    return done.returncode, done.stderr.decode("utf-8", "replace"), pairs

def forms(value):
    """The value as it is, line by line, as part of a URL, and as Python, JSON and HTML write it."""
    whole = {value}
    try:
        password = urllib.parse.urlsplit(value).password
    except ValueError:
        password = None
    if password:
        whole |= {password, urllib.parse.unquote(password)}
    if "\n" in value:
        whole |= {line.strip() for line in value.splitlines() if len(line.strip()) >= SHORT}
    for one in list(whole):
        urls = {quoted(one, safe, errors="surrogateescape") for quoted in (urllib.parse.quote, urllib.parse.quote_plus) for safe in ("", "/")}
        pages = {html.escape(one), html.escape(one, quote=False)}
        whole |= urls | {re.sub("%..", lambda found: found.group().lower(), url) for url in urls}
        whole |= pages | {page.replace("&#x27;", "&#39;") for page in pages}
        whole |= {json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1], repr(one)[1:-1], repr(os.fsencode(one))[2:-1]}
    return {os.fsencode(one) for one in whole if one}

def env_secrets():
    """{secret as bytes: name of its variable}. None: the file can't be read, so its secrets are unknown."""
    try:
        with open(ENV_FILE, "rb") as file:
            text = file.read(LARGEST_ENV + 1)
    except FileNotFoundError:
        return {}
    except OSError:
        return None
    if len(text) > LARGEST_ENV:
        return None
    # systemd takes an `export` for a part of the name. People don't.
    entries = [(key.split()[-1] if key.split() else key, value) for _, key, value in env_entries(text.decode("utf-8", "surrogateescape"))]
    found = {}
    for name, value in entries + list(assigned(os.fsdecode(text))) + bash_env(":")[2]:
        if is_secret(name, value):
            for form in forms(value):
                found.setdefault(form, name)
    return found

def pattern_of(secrets):
    """Finds every secret. Where several begin at the same place, it finds the longest. A short one must stand alone."""
    alternatives = []
    for secret in sorted(secrets, key=len, reverse=True):
        literal = re.escape(secret)
        alternatives.append(literal if len(secret) >= SHORT else rb"(?<![A-Za-z0-9_])" + literal + rb"(?![A-Za-z0-9_])")
    return re.compile(b"|".join(alternatives)) if alternatives else None

def mark(secrets, secret):
    return b"[REDACTED %s]" % secrets[secret].encode()

def without_env_secrets(text):
    """The text with all secrets replaced. Call this before cutting a text: half a secret is not found. None: the secrets are
    unknown."""
    secrets = env_secrets() if text else {}
    if secrets is None:
        return None
    pattern = pattern_of(secrets)
    if pattern is None:
        return text
    return pattern.sub(lambda found: mark(secrets, found.group()), os.fsencode(text)).decode("utf-8", "replace")
