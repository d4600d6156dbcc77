# Commits of the site's repository, and what each of them pins. Needs git.py and pins.py.

def batch(option, objects):
    """What git says about each object, with one process: [(its first line, the data behind it)]."""
    asked = "".join("%s\n" % one for one in objects).encode()
    done = subprocess.run(PLAIN_GIT + ["-C", APP, "cat-file", "--follow-symlinks", option], input=asked, capture_output=True)
    rest, answers = memoryview(done.stdout), []
    for _ in objects:
        end = bytes(rest[:4096]).find(b"\n")
        if end < 0:
            break
        words = bytes(rest[:end]).split()
        rest = rest[end + 1:]
        # Of what is no object in the repository, git says where its link leads.
        is_link = len(words) == 2 and words[0] in (b"symlink", b"dangling", b"loop", b"notdir")
        size = int(words[1]) if is_link else int(words[2]) if option == "--batch" and len(words) == 3 else -1
        answers.append((words, bytes(rest[:size]) if size >= 0 else b""))
        rest = rest[size + 1:] if size >= 0 else rest
    return answers

def blob_ids(pairs):
    """{(commit, path): the id of that file}. A pair without a file is missing."""
    answers = batch("--batch-check", ["%s:%s" % pair for pair in pairs])
    return {pair: words[0].decode() for pair, (words, _) in zip(pairs, answers) if len(words) == 3 and words[1] == b"blob" and int(words[2]) <= LARGEST_FILE}

def pins_at(commits):
    """{commit: (the sum-core version that it pins, why that cannot be read, the repository if it pins a commit)}. Git is asked twice
    for each depth of inclusion, however many commits there are, and each state of the files is read once."""
    commits = list(dict.fromkeys(commits))
    ids, texts, judged, answers = {}, {}, {}, {}
    values = markers_of(python_of(os.path.join(ROOT, "venv")))
    open_ones, wanted = commits, [(commit, "requirements.txt") for commit in commits]
    while wanted:
        found = blob_ids(wanted)
        for commit, path in wanted:
            ids.setdefault(commit, {})[path] = found.get((commit, path))
        new = [one for one in dict.fromkeys(found.values()) if one not in texts]
        for one, (words, data) in zip(new, batch("--batch", new)):
            texts[one] = data
        wanted, still_open = [], []
        for commit in open_ones:
            known = ids[commit]
            state = tuple(sorted((path, one or "") for path, one in known.items()))
            if state not in judged:
                missing = []
                def get(path):
                    if path not in known:
                        missing.append(path)
                    return texts.get(known.get(path))
                judged[state] = pins_of(get, values).core(), missing
            answers[commit], missing = judged[state]
            wanted += [(commit, path) for path in dict.fromkeys(missing)]
            still_open += [commit] if missing else []
        open_ones = still_open
    return answers

def tags_by_commit():
    """{commit: its tags}, of the site's repository and of what was fetched from origin."""
    code, out, _ = git("for-each-ref", "--format=%(objectname)%00%(*objectname)%00%(refname)", "refs/tags", "refs/rollback-bot/tags")
    tags = {}
    for line in out.split("\n") if code == 0 else []:
        own, _, rest = line.partition("\0")
        peeled, _, ref = rest.partition("\0")
        if ref:
            tags.setdefault(peeled or own, set()).add(ref.split("tags/", 1)[1])
    return tags

def by_likeness(tag):
    """People call a commit by its version before any other tag, such as one of a theme."""
    return not re.match(r"v?\d", tag), tag

def commit_infos(commits, names={}):
    """{commit: what people need to know about it}. `names`: what people call a pin that is a commit of sum-core."""
    commits = list(dict.fromkeys(c for c in commits if c))
    if not commits:
        return {}
    pins, tags, infos = pins_at(commits), tags_by_commit(), {}
    code, out, _ = git("log", "--no-walk=unsorted", "--ignore-missing", "--format=%H%x00%cI%x00%s%x1e", *commits)
    for line in out.split("\x1e") if code == 0 else []:
        sha, _, rest = line.strip("\n").partition("\0")
        date, _, subject = rest.partition("\0")
        if sha:
            pin = pins[sha][0] if sha in pins else None
            infos[sha] = {"commit": sha, "committedAt": date, "subject": subject, "tags": sorted(tags.get(sha, ()), key=by_likeness), "pin": names.get(pin, pin)}
    return infos

def pin_ran_before(head):
    """Whether another commit that was checked out here earlier has the same pin as the live one."""
    pins = {commit: pin for commit, (pin, _, _) in pins_at([head] + [entry["commit"] for entry in reflog()[:50]]).items()}
    return pins.get(head) is not None and any(pin == pins[head] for commit, pin in pins.items() if commit != head)
