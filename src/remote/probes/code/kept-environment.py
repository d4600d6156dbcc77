# The evidence for an undo: is `venv` still what the run left, and is the environment that it moved aside unchanged? Nothing is
# built, because pip would not install today what ran then. Only the source tree is made, for checks.
RUN = os.path.join(RUNS, PARAMETERS["run"])
LEFT = PARAMETERS["left"]
KEPT = os.path.join(RUN, "venv-before")

def stop_as_overtaken(why):
    stop(why, code="undo-overtaken")

def stop_as_not_kept(why, detail=""):
    stop(why, detail, code="undo-not-kept")

def check_what_the_run_left():
    live = os.path.join(ROOT, "venv")
    link = os.readlink(live) if os.path.islink(live) else None
    if link != LEFT:
        stop_as_overtaken("%s is %s, but the run made it a link to %s" % (live, "a link to %s" % link if link else "not a link", LEFT))
    if (os.path.exists(mark_of(LEFT)) and not is_as_built(LEFT)) or PARAMETERS["leftPackages"] not in ("", packages_of(LEFT)):
        stop_as_overtaken("packages were installed into %s since" % LEFT)

def kept_environment():
    """The path of the kept environment. If `venv` was a link, the kept one is that link. A relative link was relative to the
    site's directory."""
    return os.path.normpath(os.path.join(ROOT, os.readlink(KEPT))) if os.path.islink(KEPT) else KEPT

def check_what_is_kept(venv, packages):
    if packages is None:
        stop_as_not_kept("the previous environment is no longer kept: there is none in %s" % venv)
    before = read_text(os.path.join(RUN, "packages-before"))
    if before is not None and before.strip() != packages:
        stop_as_not_kept("the previous environment was changed since it was put aside: %s has different packages now" % venv)
    for executable in PARAMETERS["executables"]:
        if not os.access(os.path.join(venv, executable), os.X_OK):
            stop_as_not_kept("the previous environment lacks %s, which the unit starts" % executable)
    code, _, err = run([os.path.join(venv, "bin", "python"), "-c", "pass"])
    if code != 0:
        stop_as_not_kept("the Python of the previous environment does not start", err)

check_what_the_run_left()
VENV = kept_environment()
packages = packages_of(VENV)
check_what_is_kept(VENV, packages)
with commit_locked():
    make_source_tree()
pinned = pins_in(TREE, VENV).names()
answer({"tree": TREE, "venv": VENV, "packages": packages, "freeBytes": free_bytes(),
        "installed": {k: v for k, v in installed(VENV).items() if k in pinned}})
