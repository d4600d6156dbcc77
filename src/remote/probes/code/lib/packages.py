# What is installed in a virtual environment, by whichever program. Needs specifiers.py.
import urllib.parse

def distributions(venv):
    """{distribution: its version, and its commit and the requested revision if it came from a VCS}."""
    listed, packages = {}, os.path.join(glob.escape(venv), "lib", "python3*", "site-packages")
    # As old tools write it: NAME-VERSION-py3.11.egg-info.
    for info in glob.glob(os.path.join(packages, "*.egg-info")):
        found = re.match(r"(.+?)-([^-]+)(?:-py\d[\d.]*)?\.egg-info$", os.path.basename(info))
        if found:
            listed[plain_name(found.group(1))] = {"version": found.group(2), "commit": None, "revision": None}
    for link in glob.glob(os.path.join(packages, "*.egg-link")):
        folder = (read_text(link) or "").split("\n")[0].strip()
        text = "".join(read_text(one) or "" for one in glob.glob(os.path.join(glob.escape(folder), "*.egg-info", "PKG-INFO"))[:1])
        found = re.search(r"^Version: *(\S+)", text, re.M)
        vcs = checkout_of({"url": "file://" + urllib.parse.quote(folder), "dir_info": {"editable": True}})
        listed[plain_name(os.path.basename(link)[:-len(".egg-link")])] = {"version": found.group(1) if found else "0", "commit": vcs.get("commit_id"), "revision": vcs.get("requested_revision")}
    for info in glob.glob(os.path.join(packages, "*.dist-info")):
        name, _, version = os.path.basename(info)[:-len(".dist-info")].rpartition("-")
        facts = {"version": version, "commit": None, "revision": None}
        try:
            with open(os.path.join(info, "direct_url.json")) as text:
                source = json.load(text)
            vcs = source.get("vcs_info") or checkout_of(source)
            facts["commit"], facts["revision"] = vcs["commit_id"], vcs.get("requested_revision")
        except (OSError, KeyError, ValueError, TypeError, AttributeError):
            pass
        listed[plain_name(name)] = facts
    return listed

def checkout_of(source):
    """An editable package of a repository is that repository's checkout: its commit, and the tags there."""
    url = urllib.parse.urlsplit(source.get("url", ""))
    folder = urllib.parse.unquote(url.path)
    if not source.get("dir_info", {}).get("editable") or url.scheme != "file":
        return {}
    code, out, _ = run(["git", "-C", folder, "rev-parse", "HEAD"])
    tags = run(["git", "-C", folder, "tag", "--points-at", "HEAD"])[1].split("\n")
    return {"commit_id": out.strip(), "requested_revision": tags[0] or None} if code == 0 else {}

def installed(venv):
    """{distribution: its commit if it came from a VCS, else its version}."""
    return {name: facts["commit"] or facts["version"] for name, facts in distributions(venv).items()}

def unmet_pins(pins, venv):
    """Pins that the environment does not meet: another version is installed, or none. Ranges are pip's business."""
    config = read_text(os.path.join(venv, "pyvenv.cfg")) or ""
    inherits = re.search(r"^include-system-site-packages\s*=\s*true", config, re.M | re.I) is not None
    listed, unmet = distributions(venv), []
    def compare_pin(name, wanted, fits, have):
        # A package that is not in the environment may still come from the system's Python.
        if not fits and not (name not in listed and inherits):
            unmet.append({"name": name, "wanted": wanted, "installed": have})
    for name, version in pins.exact().items():
        have = listed.get(name)
        compare_pin(name, version, have and same_version(version, have["version"]), have and have["version"])
    for name, (_, ref) in pins.vcs().items():
        have = listed.get(name) or {"version": None, "commit": None, "revision": None}
        same = have["commit"] and (ref == have["revision"] or have["commit"].startswith(ref) and re.fullmatch(r"[0-9a-f]{7,40}", ref))
        # An old pip did not write down the source. Then the version is all there is.
        same = same or have["version"] and not have["commit"] and same_version(ref.lstrip("v"), have["version"])
        compare_pin(name, ref, same, have["revision"] or have["version"])
    return unmet
