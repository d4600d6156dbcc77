# Which migrations a source tree and its packages know. Django's own loader says so, run in the tree's environment.
LOADER = """
import json
import django
django.setup()
from django.db import migrations as m
from django.db.migrations.loader import MigrationLoader

def stands_alone(create):
    inherits = any(isinstance(base, str) or getattr(base, "_meta", None) and not base._meta.abstract for base in create.bases)
    return not inherits and not any(field.is_relation for _, field in create.fields)

def harmless(operation):
    # A closed list of operations that older code can't notice.
    kind = type(operation)
    if kind in (m.AlterModelOptions, m.AlterModelManagers, m.AddIndex, m.RemoveIndex):
        return True
    if kind is m.SeparateDatabaseAndState:
        return not operation.database_operations
    if kind is m.RunPython:
        return operation.code is m.RunPython.noop
    if kind is m.RunSQL:
        return not operation.sql
    return kind is m.CreateModel and stands_alone(operation)

loader = MigrationLoader(None, ignore_no_migrations=True)
nodes = [{"app": app, "name": name, "replaces": [{"app": a, "name": n} for a, n in migration.replaces],
          "harmless": all(harmless(one) for one in migration.operations), "reversible": all(one.reversible for one in migration.operations)}
         for (app, name), migration in sorted(loader.disk_migrations.items())]
print("\\x1emigrations:" + json.dumps(nodes))
"""
code, out, err = with_environment([os.path.join(PARAMETERS["venv"], "bin", "python"), "-c", LOADER],
                                  settings=PARAMETERS["settings"], cwd=PARAMETERS["tree"], timeout=120)
found = re.search("\x1emigrations:(.*)", out)
if code != 0 or not found:
    last = without_env_secrets((err.strip().splitlines() or ["Django stopped without a word"])[-1])
    answer({"error": "Django stopped. What it said is not shown, because secrets cannot be taken out of it" if last is None else last[:300]})
else:
    answer(json.loads(found.group(1)))
