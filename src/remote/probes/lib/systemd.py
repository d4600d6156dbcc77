# What systemd says about units and logins. Needs core.py.

SPANS = {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400, "w": 604800, "month": 2629800, "y": 31557600}

def show(unit, properties):
    """{property: value} of a unit. `properties`: their names, separated by commas."""
    _, out, _ = run(["systemctl", "show", unit, "-p", properties])
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)

def show_each(units, name):
    """{unit: value of a property} for each unit."""
    _, out, _ = run(["systemctl", "show", "-p", name] + units) if units else (0, "", "")
    values = [line.partition("=")[2] for line in out.splitlines() if line.startswith(name + "=")]
    return dict(zip(units, values)) if len(values) == len(units) else {}

def show_lists(unit, name):
    """The values of a property that systemctl shows once for each, such as Listen."""
    _, out, _ = run(["systemctl", "show", unit, "-p", name])
    return [line[len(name) + 1:] for line in out.splitlines() if line.startswith(name + "=")]

def seconds(text):
    """systemd's `1min 30s` in seconds. None: infinity, or nothing that can be read."""
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(us|ms|min|month|s|h|d|w|y)\b", text or "")
    return sum(float(count) * SPANS[unit] for count, unit in parts) if parts else 0 if text == "0" else None

def bus_properties(unit, interface, names):
    """[value] as D-Bus has it, with the limits of words that systemctl's text loses. None: busctl can't say."""
    path = "".join(char if re.fullmatch("[A-Za-z0-9]", char) else "_%02x" % ord(char) for char in unit)
    code, out, _ = run(["busctl", "--json=short", "get-property", "org.freedesktop.systemd1", "/org/freedesktop/systemd1/unit/" + path,
                        "org.freedesktop.systemd1." + interface] + names)
    try:
        found = [json.loads(line)["data"] for line in out.splitlines()]
    except (ValueError, KeyError, TypeError):
        return None
    return found if code == 0 and len(found) == len(names) else None

def ends_programs_at_logout(user):
    """Whether logind kills the programs that a login leaves behind. Then the switch would die with the connection."""
    manager = ["org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"]
    _, kills, _ = run(["busctl", "get-property"] + manager + ["KillUserProcesses"])
    _, spared, _ = run(["busctl", "get-property"] + manager + ["KillExcludeUsers"])
    return kills.strip() == "b true" and '"%s"' % user not in spared
