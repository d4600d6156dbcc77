# What an undo goes by: whether `venv` is still what the run left, and whether the environment that it moved aside is whole.
# Nothing is built: what pip would install today is not what ran then. Only the source tree is made, to look at.
RUN = os.path.join(RUNS, PARAMETERS["run"])
LEFT = PARAMETERS["left"]
KEPT = os.path.join(RUN, "venv-before")

def overtaken(why):
    stop(why, code="undo-overtaken")

def lost(why, detail=""):
    stop(why, detail, code="undo-not-kept")

def check_what_the_run_left():
    live = os.path.join(ROOT, "venv")
    link = os.readlink(live) if os.path.islink(live) else None
    if link != LEFT:
        overtaken("%s is %s and not the link to %s that the run made" % (live, "a link to %s" % link if link else "no link", LEFT))
    if (os.path.exists(mark_of(LEFT)) and not is_as_built(LEFT)) or PARAMETERS["leftPackages"] not in ("", packages_of(LEFT)):
        overtaken("packages were installed into %s since" % LEFT)

def kept_environment():
    """Where it lies. What was a link then is one here, and a relative one was read from the site's own directory."""
    return os.path.normpath(os.path.join(ROOT, os.readlink(KEPT))) if os.path.islink(KEPT) else KEPT

def check_what_is_kept(venv, packages):
    if packages is None:
        lost("the environment of before is not kept any more: there is none in %s" % venv)
    before = read_text(os.path.join(RUN, "packages-before"))
    if before is not None and before.strip() != packages:
        lost("the environment of before was changed since it was put aside: the packages in %s are others" % venv)
    for executable in PARAMETERS["executables"]:
        if not os.access(os.path.join(venv, executable), os.X_OK):
            lost("the environment of before lacks %s, which the unit starts" % executable)
    code, _, err = run([os.path.join(venv, "bin", "python"), "-c", "pass"])
    if code != 0:
        lost("the Python of the environment of before does not start", err)

check_what_the_run_left()
VENV = kept_environment()
packages = packages_of(VENV)
check_what_is_kept(VENV, packages)
with commit_locked():
    source_tree()
pinned = pinned_names(read_text(os.path.join(TREE, "requirements.txt")) or "")
answer({"tree": TREE, "venv": VENV, "packages": packages, "freeBytes": free_bytes(),
        "installed": {k: v for k, v in installed(VENV).items() if k in pinned}})
