# What systemd says of a unit, and what becomes of a login's programs.

def show(unit, facts):
    """fact -> what systemd says of it."""
    _, out, _ = run(["systemctl", "show", unit, "-p", facts])
    return dict(line.split("=", 1) for line in out.splitlines() if "=" in line)

def ends_programs_at_logout(user):
    """Whether logind kills what a login left running: then the switch would die with the connection."""
    manager = ["org.freedesktop.login1", "/org/freedesktop/login1", "org.freedesktop.login1.Manager"]
    _, kills, _ = run(["busctl", "get-property"] + manager + ["KillUserProcesses"])
    _, spared, _ = run(["busctl", "get-property"] + manager + ["KillExcludeUsers"])
    return kills.strip() == "b true" and '"%s"' % user not in spared
