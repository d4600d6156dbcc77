# Builds the target's source tree and virtual environment beside the live ones, with the site up, and checks them.
# Kept by commit: a second run finds it ready, if it still holds exactly what was built. The environment is made where it
# will stay, because its console scripts name their own path; the mark that it is complete is written last.
# What a rollback needs beside the new environment, in bytes; the survey's own floor.
SPARE = 500 << 20

def room_for_another():
    """The new environment will be about as large as the live one."""
    live, needed = os.path.realpath(os.path.join(ROOT, "venv")), 0
    for folder, _, files in os.walk(live):
        needed += sum(os.lstat(os.path.join(folder, name)).st_blocks * 512 for name in files)
    if free_bytes() < needed + SPARE:
        stop("the disk of the site has %d MB free; building the target's environment needs about %d MB" % (free_bytes() >> 20, (needed + SPARE) >> 20), code="disk-space")

def place():
    """(path, ready). Never the live environment and never a complete one that somebody has changed: a new one beside it."""
    live = os.path.realpath(os.path.join(ROOT, "venv"))
    for number in range(1, 100):
        venv = os.path.join(VENVS, COMMIT if number == 1 else "%s-%d" % (COMMIT, number))
        if is_as_built(venv, requirements):
            return venv, True
        if os.path.realpath(venv) != live and not os.path.exists(mark_of(venv)):
            return venv, False
    stop("there is no room for another environment of this commit in %s/venvs" % HOME)

def build(venv):
    room_for_another()
    try:
        with open(os.path.join(ROOT, "venv", "pyvenv.cfg")) as text:
            config = dict((k.strip(), v.strip()) for k, _, v in (line.partition("=") for line in text))
    except OSError:
        config = {}
    base = os.path.join(config.get("home", "/usr/bin"), "python3")
    shutil.rmtree(venv, ignore_errors=True)
    flags = ["--system-site-packages"] if config.get("include-system-site-packages") == "true" else []
    code, out, err = run([base, "-m", "venv"] + flags + [venv], timeout=120)
    if code != 0:
        stop("a virtual environment cannot be made", out + err)
    code, out, err = run([os.path.join(venv, "bin", "python"), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "-r", os.path.join(TREE, "requirements.txt")], timeout=900, cwd=TREE)
    if code != 0:
        lines = [line for line in err.splitlines() if line.startswith("ERROR")] or err.splitlines()[-1:]
        stop("pip cannot install the target's requirements", "\n".join(lines) or "pip stopped with exit code %d" % code)

def check(venv):
    for executable in PARAMETERS["executables"]:
        if not os.access(os.path.join(venv, executable), os.X_OK):
            stop("the target's requirements do not install %s, which the unit starts" % executable)
    code, out, _ = run([os.path.join(venv, "bin", "python"), "-m", "pip", "check", "--disable-pip-version-check"], timeout=120)
    if code != 0:
        ours = [line for line in out.splitlines() if plain_name(line.split(" ")[0]) in listed]
        if ours:
            stop("pip check finds that the installed packages do not fit together", "\n".join(ours))
    for name, version in exact_pins(requirements).items():
        have = listed.get(name)
        if have is not None and not same_version(have, version):
            stop("%s is installed as %s and not as the pinned %s" % (name, have, version))
    for name, (url, ref) in vcs_pins(requirements).items():
        code, out, _ = run(["git", "ls-remote", url, "refs/tags/%s" % ref, "refs/tags/%s^{}" % ref, "refs/heads/%s" % ref], timeout=30)
        wanted = [line.split()[0] for line in out.splitlines()][-1:] if code == 0 else []
        if re.fullmatch(r"[0-9a-f]{40}", ref):
            wanted = [ref]
        if wanted and listed.get(name) != wanted[0]:
            stop("%s is installed from another commit than the pinned %s" % (name, ref), "installed: %s, pinned: %s" % (listed.get(name), wanted[0]))

with commit_locked():
    source_tree()
    requirements = read_text(os.path.join(TREE, "requirements.txt"))
    if requirements is None:
        stop("the target has no requirements.txt")
    VENV, reused = place()
    if not reused:
        build(VENV)
    listed = installed(VENV)
    check(VENV)
    if not reused:
        with open(mark_of(VENV) + ".new", "w") as text:
            json.dump(built_mark(requirements, listed), text)
            text.flush()
            os.fsync(text.fileno())
        os.rename(mark_of(VENV) + ".new", mark_of(VENV))
    # Now a plan may wait for it: nobody takes it away within a day.
    os.utime(mark_of(VENV))
pinned = pinned_names(requirements)
answer({"tree": TREE, "venv": VENV, "reused": reused, "freeBytes": free_bytes(), "installed": {k: v for k, v in listed.items() if k in pinned}})
