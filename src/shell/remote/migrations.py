# Which migrations a code tree and its packages know, by Django's own loader, run in that tree's environment.
LOADER = """
import json
import django
django.setup()
from django.db.migrations.loader import MigrationLoader
loader = MigrationLoader(None, ignore_no_migrations=True)
nodes = [{"app": app, "name": name, "replaces": [{"app": a, "name": n} for a, n in migration.replaces]}
         for (app, name), migration in sorted(loader.disk_migrations.items())]
print("\\x1emigrations:" + json.dumps(nodes))
"""
code, out, err = with_environment([os.path.join(PARAMETERS["venv"], "bin", "python"), "-c", LOADER],
                                  settings=PARAMETERS["settings"], cwd=PARAMETERS["tree"], timeout=120)
found = re.search("\x1emigrations:(.*)", out)
if code != 0 or not found:
    answer({"error": (err.strip().splitlines() or ["Django stopped with exit code %d" % code])[-1][:300]})
else:
    answer(json.loads(found.group(1)))
