# Starts the target on the side database, sealed off, and asks it what people would ask. Nothing of it is written into what is live,
# and nothing of it stays.
import select

def pages():
    found = []
    for path in PARAMETERS["pages"]:
        watch()
        status, body, ms = page(FOLDER, path)
        found.append({"path": path, "status": status, "ms": ms, "failing": failing_checks(body) if path == "/health/" else []})
    return found

def why_it_ended(sealed):
    """gunicorn listens before it loads the application, so it may end while it is asked. None: it runs, and gives no answer."""
    ready, _, _ = select.select([sealed.reports], [], [], 2)
    return json.loads(sealed.reports.readline() or "{}").get("ended") if ready else None

def make_folder():
    if len(os.path.join(FOLDER, SOCKET)) > 100:
        raise NotHeld("the path of the site's directory is too long for a socket")
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER, mode=0o700)
    for name in ("static", "tmp"):
        os.mkdir(os.path.join(FOLDER, name))

def started():
    host, port, live = address_in(site_env())
    name = side_name(live)
    parts, redis = [], None
    make_folder()
    door = open_door(FOLDER, name, host, port)
    sealed = Sealed(FOLDER, PARAMETERS["within"], lambda report: site_aside(FOLDER, name, report))
    try:
        for line in sealed.reports:
            said = json.loads(line)
            if "notSealed" in said:
                raise NotHeld(said["notSealed"], "namespaces")
            if "redis" in said:
                redis = said["redis"]
                continue
            parts.append(said)
            if said["failed"] is not None or said["name"] == "start":
                break
        else:
            raise Failed("it ended without a word")
        found = [] if parts[-1]["failed"] else pages()
        if any(one["status"] is None for one in found):
            parts[-1]["failed"] = why_it_ended(sealed)
        return {"parts": parts, "redis": redis, "pages": found}
    finally:
        sealed.end()
        door.close()
        shutil.rmtree(FOLDER, ignore_errors=True)

held(started, parts=[], redis=None, pages=[])
