# Which sites are on this host, as far as their directories tell. It only reads, and takes nothing from .env that is a secret.
WANTED = ("SITE_DOMAIN", "DJANGO_SETTINGS_MODULE")

def env_values(path):
    values = {}
    for line in (read_text(path) or "").splitlines():
        name, _, value = line.strip().removeprefix("export ").partition("=")
        if name in WANTED:
            values[name] = value.strip().strip("'\"")
    return values

found = []
for slug in sorted(os.listdir(ROOT)) if os.path.isdir(ROOT) else []:
    root = os.path.join(ROOT, slug)
    app = os.path.join(root, "app")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,40}", slug) or not os.path.isdir(os.path.join(app, ".git")):
        continue
    env, stack = env_values(os.path.join(root, ".env")), stack_values(app)
    found.append({
        "slug": slug, "root": root,
        "owner": owner_of(app),
        "environment": stack.get("env"), "domain": stack.get("domain") or env.get("SITE_DOMAIN"),
        "settings": env.get("DJANGO_SETTINGS_MODULE"),
        "unit": show("sum-%s-gunicorn.service" % slug, "LoadState").get("LoadState") == "loaded",
    })
answer({"user": login_user(), "bin": os.path.isfile(os.path.join(ROOT, "bin", "restore_db.sh")), "sites": found})
