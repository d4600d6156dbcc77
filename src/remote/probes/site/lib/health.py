# The site's health page. Needs core.py.
DOMAIN = PARAMETERS["domain"]

def health(found, bind):
    """Asks the health page behind the proxy, as the switch does. If gunicorn is stopped, it is not asked: its socket would start
    it."""
    if not any(unit["kind"] == "gunicorn" and unit["active"] == "active" for unit in found) or bind is None:
        return {"status": None, "word": "gunicorn is not running", "failing": []}
    at = ["--unix-socket", bind[5:], "http://localhost/health/"] if bind.startswith("unix:") else ["http://%s/health/" % bind]
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
