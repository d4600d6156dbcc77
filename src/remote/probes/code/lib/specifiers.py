# Names, versions and markers of Python packages: PEP 503, PEP 440 and PEP 508.
import platform

PEP440 = re.compile(r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?"
                     r"(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?", re.I)
PRE = {"alpha": "a", "beta": "b", "preview": "rc", "pre": "rc", "c": "rc"}
# What a release that is no pre-release counts as: more than any pre-release, unless it is a mere development release.
FINAL, ONLY_DEV = ("z", 0), ("", 0)

def plain_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()

def version_key(text):
    """What orders this version among others, and its local part. None: it is no version."""
    found = PEP440.fullmatch(text.strip())
    if found is None:
        return None
    epoch, release, pre, pre_number, dash, post, post_number, dev, dev_number, local = found.groups()
    numbers = [int(part) for part in release.split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    after = int(dash) if dash else int(post_number or 0) if post else -1
    early = (PRE.get(pre.lower(), pre.lower()), int(pre_number or 0)) if pre else ONLY_DEV if dev and after < 0 else FINAL
    return (int(epoch or 0), tuple(numbers), early, after, int(dev_number or 0) if dev else float("inf")), re.sub(r"[-_.]", ".", (local or "").lower())

def same_version(wanted, have):
    """As `==` compares: 1.0 is 1.0.0, and 1.0 is met by 1.0+local."""
    one, other = version_key(wanted), version_key(have)
    if one is None or other is None:
        return wanted.lower() == have.lower()
    return one[0] == other[0] and one[1] in ("", other[1])

def markers_of(python):
    """The values of a host's environment markers for a Python of this version."""
    number = ".".join(python.split(".")[:2])
    return {"python_version": number, "python_full_version": python, "implementation_version": python, "os_name": "posix", "sys_platform": "linux",
            "platform_system": "Linux", "platform_machine": os.uname().machine, "platform_release": os.uname().release,
            "platform_version": os.uname().version, "platform_python_implementation": "CPython", "implementation_name": "cpython", "extra": ""}

def python_of(venv):
    """The version of an environment's Python. If it does not say so, that of the host."""
    lines = (read_text(os.path.join(venv, "pyvenv.cfg")) or "").splitlines()
    config = dict((key.strip(), value.strip()) for key, _, value in (line.partition("=") for line in lines))
    found = re.match(r"\d+\.\d+(?:\.\d+)?", config.get("version") or config.get("version_info") or "")
    return found.group() if found else platform.python_version()

MARKER_TOKEN = re.compile(r"\s*(?:([()])|('[^']*'|\"[^\"]*\")|(===|<=|>=|==|!=|~=|<|>)|(not\s+in\b|in\b|and\b|or\b)|([A-Za-z_][\w.]*))")

def compare(left, operator, right):
    one, other = version_key(left), version_key(right)
    if operator in ("==", "!=") and right.endswith(".*") and one:
        wanted = [int(part) for part in re.findall(r"\d+", right)]
        have = (list(one[0][1]) + [0] * len(wanted))[:len(wanted)]
        return (have == wanted) == (operator == "==")
    if operator == "~=":
        prefix = right.rsplit(".", 1)[0] + ".*"
        return compare(left, ">=", right) and compare(left, "==", prefix)
    if operator in ("in", "not in"):
        return (left in right) == (operator == "in")
    if operator == "===" or one is None or other is None:
        one, other = left, right
    else:
        one, other = one[0], other[0]
    return {"==": one == other, "===": one == other, "!=": one != other, "<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]

def marker_holds(text, values):
    """Whether a marker is true. Errors: ValueError if it cannot be read."""
    tokens, at = [], 0
    while text[at:].strip():
        found = MARKER_TOKEN.match(text, at)
        if not found:
            raise ValueError("the condition %s cannot be read" % text.strip())
        tokens.append((found.lastindex, re.sub(r"\s+", " ", found.group(found.lastindex))))
        at = found.end()
    tokens.append((0, ""))

    def take(*wanted):
        return tokens.pop(0)[1] if tokens[0][1] in wanted else None

    def value():
        kind, word = tokens.pop(0)
        name = word.replace(".", "_")
        if kind == 2:
            return word[1:-1]
        if kind == 5 and (name in values or name == "python_implementation"):
            return values.get(name, "CPython")
        raise ValueError("the condition %s cannot be read" % text.strip())

    def one():
        if take("("):
            inner = any_of()
            if take(")") is None:
                raise ValueError("the condition %s cannot be read" % text.strip())
            return inner
        left, (_, operator), right = value(), tokens.pop(0), value()
        if operator not in ("===", "<=", ">=", "==", "!=", "~=", "<", ">", "in", "not in"):
            raise ValueError("the condition %s cannot be read" % text.strip())
        return compare(left, operator, right)

    def all_of():
        held = one()
        while take("and"):
            held = one() and held
        return held

    def any_of():
        held = all_of()
        while take("or"):
            held = all_of() or held
        return held

    held = any_of()
    if tokens[0][0] != 0:
        raise ValueError("the condition %s cannot be read" % text.strip())
    return held
