# The site's git checkout. Needs core.py.

def git(*argv, timeout=20):
    return run(["git", "-C", APP] + list(argv), timeout)

def git_line(*argv):
    """What git prints, without the last newline. None: it failed or printed nothing."""
    code, out, _ = git(*argv)
    return out.strip() if code == 0 and out.strip() else None

def reflog():
    """HEAD's reflog, newest first: which commit was checked out here, and when."""
    code, out, _ = git("reflog", "show", "--date=iso-strict", "--format=%H%x00%gd", "HEAD")
    entries = []
    for line in out.splitlines() if code == 0 else []:
        sha, _, selector = line.partition("\0")
        found = re.search(r"@\{(.+)\}", selector)
        if found:
            entries.append({"commit": sha, "at": found.group(1)})
    return entries
