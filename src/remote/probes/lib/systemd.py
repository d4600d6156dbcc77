# What systemd says about units and logins. Needs core.py.

def show(unit, properties):
    """{property: value} of a unit. `properties`: their names, separated by commas."""
    _, out, _ = run(["systemctl", "show", unit, "-p", properties])
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)

def ends_programs_at_logout(user):
    """Whether logind kills the programs that a login leaves behind. Then the switch would die with the connection."""
    manager = ["org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"]
    _, kills, _ = run(["busctl", "get-property"] + manager + ["KillUserProcesses"])
    _, spared, _ = run(["busctl", "get-property"] + manager + ["KillExcludeUsers"])
    return kills.strip() == "b true" and '"%s"' % user not in spared
