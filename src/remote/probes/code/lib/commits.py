# Commits of the site's repository, and what each of them pins. Needs git.py and requirements.py.

def requirements_at(commits):
    """{commit: text of its requirements.txt}, with one git process."""
    asked = "".join("%s:requirements.txt\n" % c for c in commits).encode()
    done = subprocess.run(["git", "-C", APP, "cat-file", "--batch"], input=asked, capture_output=True)
    texts, rest = {}, done.stdout
    for commit in commits:
        header, _, rest = rest.partition(b"\n")
        words = header.split()
        if len(words) == 3 and words[1] == b"blob":
            size = int(words[2])
            texts[commit], rest = rest[:size].decode("utf-8", "replace"), rest[size + 1:]
    return texts

def commit_infos(commits):
    """{commit: what people need to know about it}."""
    commits = list(dict.fromkeys(c for c in commits if c))
    pins = requirements_at(commits)
    infos = {}
    for commit in commits:
        line = git_line("show", "-s", "--format=%H%x00%cI%x00%s", commit + "^{commit}")
        if line is None:
            continue
        sha, date, subject = line.split("\0", 2)
        tags = set((git_line("tag", "--points-at", sha) or "").split())
        for ref in (git_line("for-each-ref", "--format=%(refname)", "--points-at", sha, "refs/rollback-bot/tags") or "").split():
            tags.add(ref.split("/", 3)[3])
        infos[commit] = {"commit": sha, "committedAt": date, "subject": subject, "tags": sorted(tags), "pin": pin_of(pins.get(commit, ""))}
    return infos

def pins_at(commits):
    """{commit: the sum-core version that it pins}."""
    return {commit: pin_of(text) for commit, text in requirements_at(list(dict.fromkeys(commits))).items()}

def pin_ran_before(head):
    """Whether another commit that was checked out here earlier has the same pin as the live one."""
    pins = pins_at([head] + [entry["commit"] for entry in reflog()[:50]])
    return pins.get(head) is not None and any(pin == pins[head] for commit, pin in pins.items() if commit != head)
