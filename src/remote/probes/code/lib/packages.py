# What is installed in a virtual environment. Needs requirements.py.

def distributions(venv):
    """{distribution: its version, and its commit and the requested revision if it came from a VCS}."""
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
    """{distribution: its commit if it came from a VCS, else its version}."""
    return {name: facts["commit"] or facts["version"] for name, facts in distributions(venv).items()}

def unmet_pins(requirements, venv):
    """Pins that the environment does not meet: another version is installed, or none. Ranges are pip's business."""
    config = read_text(os.path.join(venv, "pyvenv.cfg")) or ""
    inherits = re.search(r"^include-system-site-packages\s*=\s*true", config, re.M | re.I) is not None
    listed, unmet = distributions(venv), []
    def compare(name, wanted, fits, have):
        # A package that is not in the environment may still come from the system's Python.
        if not fits and not (name not in listed and inherits):
            unmet.append({"name": name, "wanted": wanted, "installed": have})
    for name, version in exact_pins(requirements).items():
        have = listed.get(name)
        compare(name, version, have and same_version(have["version"], version), have and have["version"])
    for name, (_, ref) in vcs_pins(requirements).items():
        have = listed.get(name) or {"version": None, "commit": None, "revision": None}
        same = have["commit"] and (ref == have["revision"] or have["commit"].startswith(ref) and re.fullmatch(r"[0-9a-f]{7,40}", ref))
        # An old pip did not write down the source. Then the version is all there is.
        same = same or have["version"] and not have["commit"] and same_version(have["version"], ref.lstrip("v"))
        compare(name, ref, same, have["revision"] or have["version"])
    return unmet
