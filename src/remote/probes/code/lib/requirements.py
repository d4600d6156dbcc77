# What a requirements.txt pins. Needs core.py.

PIN = re.compile(r"^\s*sum[-_.]core(?:\[[^\]]*\])?\s*(?:==\s*([\w.+!-]+)|@\s*\S+?@([\w./+-]+?)(?:#.*)?)\s*(?:;.*)?$", re.I)

def pin_of(text):
    """The sum-core version that a requirements.txt pins, always with a v in front."""
    for line in text.splitlines():
        found = PIN.match(line)
        if found:
            version = found.group(1) or found.group(2)
            return version if not version[:1].isdigit() else "v" + version
    return None

def plain_name(name):
    return re.sub(r"[-_.]+", "-", name).lower()

def vcs_pins(requirements):
    """{distribution: (url, ref)} of each VCS pin."""
    pins = {}
    for line in requirements.splitlines():
        found = re.match(r"^\s*([\w.-]+)(?:\[[^\]]*\])?\s*@\s*git\+(\S+?)@([\w./+-]+?)(?:#\S*)?\s*(?:;.*)?$", line)
        if found:
            pins[plain_name(found.group(1))] = (found.group(2), found.group(3))
    return pins

def exact_pins(requirements):
    """{distribution: version} of each exact pin without a condition."""
    found = re.findall(r"^\s*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*==\s*([\w.+!]+)\s*(?:#.*)?$", requirements, re.M)
    return {plain_name(name): version for name, version in found}

def pinned_names(requirements):
    """All distributions that a requirements.txt names, with or without a version."""
    return set(plain_name(name) for name in re.findall(r"^\s*([A-Za-z][\w.-]*)", requirements, re.M))

def same_version(one, other):
    return re.sub(r"(\.0+)+$", "", one.lower()) == re.sub(r"(\.0+)+$", "", other.lower())
