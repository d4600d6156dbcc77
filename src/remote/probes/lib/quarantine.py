# Versions that should not go onto the site.

def quarantine():
    """Versions that should not go onto this site: a file each, with a line for each run that left it. A person may place
    one too, with any words or none."""
    folder, found = os.path.join(HOME, "quarantine"), []
    names = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    for name in [one for one in names if not one.startswith(".")][:200]:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as text:
                lines = text.read(16384).splitlines()
        except OSError:
            lines = []
        runs = [line.split("\t", 2) for line in lines if line.count("\t") >= 2]
        words = " ".join(line.strip() for line in lines if not line.startswith("#"))
        found += [{"name": name, "run": run, "since": since, "why": why[:200]} for run, since, why in runs] or \
                 [{"name": name, "run": None, "since": None, "why": words[:200]}]
    return found
