# What is installed in a virtual environment; behind requirements.py.

def distributions(venv):
    """distribution -> version, and where it came from a VCS its commit and the revision that was asked for."""
    listed = {}
    for info in glob.glob(os.path.join(venv, "lib", "python3*", "site-packages", "*.dist-info")):
        name, _, version = os.path.basename(info)[:-len(".dist-info")].rpartition("-")
        facts = {"version": version, "commit": None, "revision": None}
        try:
            with open(os.path.join(info, "direct_url.json")) as text:
                source = json.load(text)["vcs_info"]
            facts["commit"], facts["revision"] = source["commit_id"], source.get("requested_revision")
        except (OSError, KeyError, ValueError):
            pass
        listed[plain_name(name)] = facts
    return listed

def installed(venv):
    """distribution -> VCS commit where it came from one, else its version."""
    return {name: facts["commit"] or facts["version"] for name, facts in distributions(venv).items()}

def unmet_pins(requirements, venv):
    """What the requirements pin and the environment has otherwise or not at all. Ranges are left to pip."""
    try:
        with open(os.path.join(venv, "pyvenv.cfg")) as config:
            inherits = re.search(r"^include-system-site-packages\s*=\s*true", config.read(), re.M | re.I) is not None
    except OSError:
        inherits = False
    listed, unmet = distributions(venv), []
    def judge(name, wanted, fits, have):
        # What is not in the environment itself may still come from the system below it.
        if not fits and not (name not in listed and inherits):
            unmet.append({"name": name, "wanted": wanted, "installed": have})
    for name, version in exact_pins(requirements).items():
        have = listed.get(name)
        judge(name, version, have and same_version(have["version"], version), have and have["version"])
    for name, (_, ref) in vcs_pins(requirements).items():
        have = listed.get(name) or {"version": None, "commit": None, "revision": None}
        same = have["commit"] and (ref == have["revision"] or have["commit"].startswith(ref) and re.fullmatch(r"[0-9a-f]{7,40}", ref))
        # An old pip wrote no source down: then the version is all there is.
        same = same or have["version"] and not have["commit"] and same_version(have["version"], ref.lstrip("v"))
        judge(name, ref, same, have["revision"] or have["version"])
    return unmet
