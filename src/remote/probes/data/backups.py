# The files in backups/, by name and time, in both naming styles of the platform. It opens none of them.
STYLES = [(re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)_db_(?P<stamp>\d{8}T\d{6}Z)\.sql\.gz$"), "%Y%m%dT%H%M%SZ"),
          (re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)_(?P<stamp>\d{8}_\d{6})\.sql\.gz$"), "%Y%m%d_%H%M%S")]
FOLDER = os.path.join(ROOT, "backups")

listed = []
for name in sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []:
    status = os.lstat(os.path.join(FOLDER, name))
    if not os.path.isfile(os.path.join(FOLDER, name)) or os.path.islink(os.path.join(FOLDER, name)):
        continue
    slug, taken = None, status.st_mtime
    for pattern, style in STYLES:
        found = pattern.match(name)
        if found:
            slug = found.group("slug")
            try:
                taken = datetime.datetime.strptime(found.group("stamp"), style).replace(tzinfo=datetime.timezone.utc).timestamp()
            except ValueError:
                pass
    listed.append({"name": name, "bytes": status.st_size, "slug": slug, "takenAt": utc(taken),
                   "kind": "database" if name.endswith(".sql.gz") else "other"})
answer(listed)
