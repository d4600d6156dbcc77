# The site's git checkout.

def git(*argv, timeout=20):
    return run(["git", "-C", APP] + list(argv), timeout)

def git_line(*argv):
    code, out, _ = git(*argv)
    return out.strip() if code == 0 and out.strip() else None

def reflog():
    """HEAD's reflog, newest first: since when each commit was checked out here."""
    code, out, _ = git("reflog", "show", "--date=iso-strict", "--format=%H%x00%gd", "HEAD")
    entries = []
    for line in out.splitlines() if code == 0 else []:
        sha, _, selector = line.partition("\0")
        found = re.search(r"@\{(.+)\}", selector)
        if found:
            entries.append({"commit": sha, "at": found.group(1)})
    return entries
