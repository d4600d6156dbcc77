# Builds the target's source tree and virtual environment beside the live ones while the site is up, and checks them. They are kept
# by commit, so another run finds them ready if nobody has changed them. An environment is built where it will stay, because its
# scripts contain their own path. The mark that it is complete is written last.

# Free space that a rollback needs in addition, in bytes. The bot refuses a site with less.
SPARE_BYTES = 500 << 20

def check_free_space():
    """The new environment will be about as large as the live one."""
    live, needed = os.path.realpath(os.path.join(ROOT, "venv")), 0
    for folder, _, files in os.walk(live):
        needed += sum(os.lstat(os.path.join(folder, name)).st_blocks * 512 for name in files)
    if free_bytes() < needed + SPARE_BYTES:
        stop("the disk of the site has %d MB free; building the target's environment needs about %d MB" % (free_bytes() >> 20, (needed + SPARE_BYTES) >> 20), code="disk-space")

def choose_path():
    """(path, ready). It is never the live environment, and never a complete one that someone has changed: a new one goes beside
    those."""
    live = os.path.realpath(os.path.join(ROOT, "venv"))
    for number in range(1, 100):
        venv = os.path.join(VENVS, COMMIT if number == 1 else "%s-%d" % (COMMIT, number))
        if is_as_built(venv, requirements):
            return venv, True
        if os.path.realpath(venv) != live and not os.path.exists(mark_of(venv)):
            return venv, False
    stop("%s has too many environments of this commit" % VENVS)

def has_pip(venv):
    return glob.glob(os.path.join(glob.escape(venv), "lib", "python3*", "site-packages", "pip")) != []

def make_environment(base, flags, venv):
    """The pip that installs into the new environment: its own, if it gets one. uv makes environments without, on hosts that have no
    ensurepip. Then that of the host installs into this one too."""
    python = os.path.join(venv, "bin", "python")
    code, out, err = run([base, "-m", "venv"] + flags + [venv], timeout=120)
    if code == 0:
        return [python, "-m", "pip"]
    if "ensurepip" not in out + err:
        stop("a virtual environment cannot be made", out + err)
    pip_of_host = [base, "-m", "pip", "--python", python]
    if not has_pip(os.path.join(ROOT, "venv")):
        if run([base, "-m", "venv", "--clear", "--without-pip"] + flags + [venv], timeout=120)[0] == 0 and run(pip_of_host + ["--version"])[0] == 0:
            return pip_of_host
    stop("%s can't make virtual environments: its modules venv and ensurepip are not there" % base, code="tools-missing")

def guarding(venv):
    """What stands in front of a command that runs code of the target or of its packages. Empty if the host can't confine it."""
    if not confined:
        return []
    # pip does without a cache that it can't write to.
    os.makedirs(pip_cache(), exist_ok=True)
    return confining([TREE, venv])

def build(venv):
    check_free_space()
    lines = (read_text(os.path.join(ROOT, "venv", "pyvenv.cfg")) or "").splitlines()
    config = dict((key.strip(), value.strip()) for key, _, value in (line.partition("=") for line in lines))
    base = os.path.join(config.get("home", "/usr/bin"), "python3")
    shutil.rmtree(venv, ignore_errors=True)
    flags = ["--system-site-packages"] if config.get("include-system-site-packages") == "true" else []
    pip = make_environment(base, flags, venv)
    code, out, err = run(guarding(venv) + pip + ["install", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "-r", os.path.join(TREE, "requirements.txt")], timeout=900, cwd=TREE)
    if code != 0:
        lines = [line for line in err.splitlines() if line.startswith("ERROR")] or err.splitlines()[-1:]
        stop("pip cannot install the target's requirements", "\n".join(lines) or "pip stopped without a word")

def check(venv):
    for executable in PARAMETERS["executables"]:
        if not os.access(os.path.join(venv, executable), os.X_OK):
            stop("the target's requirements do not install %s, which the unit starts" % executable)
    # Packages may have code that runs whenever this Python starts.
    code, out, _ = run(guarding(venv) + [os.path.join(venv, "bin", "python"), "-m", "pip", "check", "--disable-pip-version-check"], timeout=120)
    if code != 0:
        ours = [line for line in out.splitlines() if plain_name(line.split(" ")[0]) in listed]
        if ours:
            stop("pip check finds that the installed packages do not fit together", "\n".join(ours))
    for name, version in pins.exact().items():
        have = listed.get(name)
        if have is not None and not re.fullmatch(r"[0-9a-f]{40}", have) and not same_version(version, have):
            stop("%s is installed as %s and not as the pinned %s" % (name, have, version))
    for name, (url, ref) in pins.vcs().items():
        if name not in listed:
            continue
        code, out, _ = run(["git", "ls-remote", "--", url, "refs/tags/%s" % ref, "refs/tags/%s^{}" % ref, "refs/heads/%s" % ref], timeout=30)
        wanted = [line.split()[0] for line in out.splitlines()][-1:] if code == 0 else []
        if re.fullmatch(r"[0-9a-f]{40}", ref):
            wanted = [ref]
        if wanted and listed.get(name) != wanted[0]:
            stop("%s is installed from another commit than the pinned %s" % (name, ref), "installed: %s, pinned: %s" % (listed.get(name), wanted[0]))

with commit_locked():
    make_source_tree()
    pins = pins_in(TREE, os.path.join(ROOT, "venv"))
    if pins.files["requirements.txt"] is None:
        stop("the target has no requirements.txt")
    requirements = pins.fingerprint()
    VENV, reused = choose_path()
    confined = confines()
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
    # A plan may wait for it now. Renewing the mark keeps it for a day.
    os.utime(mark_of(VENV))
answer({"tree": TREE, "venv": VENV, "reused": reused, "confined": confined, "freeBytes": free_bytes(), "installed": {k: v for k, v in listed.items() if k in pins.names()}})
