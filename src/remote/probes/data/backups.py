# The files in backups/, by name and time, in both naming styles of the platform. It opens none of them, and does not judge which
# of the two times counts.
import stat

# Only a stamp that ends in Z says that it is UTC.
STYLES = [(re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)_db_(?P<stamp>\d{8}T\d{6}Z)\.sql\.gz$"), "%Y%m%dT%H%M%SZ"),
          (re.compile(r"^(?P<slug>[a-z][a-z0-9-]*)_(?P<stamp>\d{8}_\d{6})\.sql\.gz$"), "%Y%m%d_%H%M%S")]
FOLDER = os.path.join(ROOT, "backups")

listed = []
for name in sorted(os.listdir(FOLDER)) if os.path.isdir(FOLDER) else []:
    path = os.path.join(FOLDER, name)
    try:
        status = os.lstat(path)
    except OSError:
        continue
    if not stat.S_ISREG(status.st_mode):
        continue
    slug, named, is_utc = None, None, False
    for pattern, style in STYLES:
        found = pattern.match(name)
        if found:
            slug = found.group("slug")
            try:
                named = utc(datetime.datetime.strptime(found.group("stamp"), style).replace(tzinfo=datetime.timezone.utc).timestamp())
                is_utc = style.endswith("Z")
            except ValueError:
                pass
    listed.append({"name": name, "bytes": status.st_size, "slug": slug, "named": named, "isUtc": is_utc, "modified": utc(status.st_mtime),
                   "kind": "database" if name.endswith(".sql.gz") else "other"})
answer(listed)
