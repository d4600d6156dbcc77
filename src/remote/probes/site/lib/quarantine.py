# Versions that must not go onto the site. Needs run-folder.py.

def quarantine():
    """Every name of such a version is a file with one line per run that left the version. People may place files as well, with
    any text or none."""
    folder, found = os.path.join(HOME, "quarantine"), []
    for name in [one for one in names_in(folder) if not one.startswith(".")][:200]:
        try:
            with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as text:
                lines = text.read(16384).splitlines()
        except OSError:
            lines = []
        runs = [line.split("\t", 2) for line in lines if line.count("\t") >= 2]
        text_without_comments = " ".join(line.strip() for line in lines if not line.startswith("#"))
        found += [{"name": name, "run": run, "since": since, "why": why[:200]} for run, since, why in runs] or \
                 [{"name": name, "run": None, "since": None, "why": text_without_comments[:200]}]
    return found
