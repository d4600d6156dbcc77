# The site's health page. Needs core.py.
DOMAIN = PARAMETERS["domain"]

def place(bind):
    """How curl is told an address."""
    if not bind.startswith("unix:"):
        return ["http://%s/health/" % bind]
    path = bind[5:]
    return ["--abstract-unix-socket", path[1:], "http://localhost/health/"] if path.startswith("@") else ["--unix-socket", path, "http://localhost/health/"]

def health(found, binds):
    """(the first address that answers, what its health page says). The page is asked behind the proxy, as the switch does. If
    gunicorn is stopped, it is not asked: its socket would start it."""
    first = binds[0] if binds else None
    if first is None or not any(unit["kind"] == "gunicorn" and unit["active"] == "active" for unit in found):
        return first, {"status": None, "word": "gunicorn is not running" if binds else "its address is unknown", "failing": []}
    answers = []
    for bind in binds[:5]:
        answers.append((bind, health_at(bind)))
        if answers[-1][1]["status"] is not None:
            return answers[-1]
    return answers[0]

def health_at(bind):
    at = place(bind)
    code, out, _ = run(["curl", "-q", "-s", "-m", "5", "--noproxy", "*", "-H", "Host: " + DOMAIN, "-H", "X-Forwarded-Proto: https", "-w", "\n%{http_code}"] + at)
    body, _, status = out.rpartition("\n")
    if code != 0:
        return {"status": None, "word": "no answer within 5 s" if code == 28 else "nothing answers", "failing": []}
    try:
        report = json.loads(body)
        # Only names: the details of a check can contain connection strings.
        failing = [str(name)[:40] for name, check in report.get("checks", {}).items() if check.get("status") != "ok"]
        return {"status": int(status), "word": str(report.get("status", ""))[:40], "failing": failing[:20]}
    except (AttributeError, ValueError):
        return {"status": int(status), "word": "no health report", "failing": []}
