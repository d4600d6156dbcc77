# Looks for a typed version everywhere it can be: commits, tags, branches, and pins of commits. It fetches into refs of its own, so
# that it sees new and moved tags on origin and leaves the site's refs alone. If the caller knows that the commit is here, it does
# not fetch.
VERSION = PARAMETERS["version"]
# Of these, people see the newest.
MOST_UNREAD = 5
fetch_code = 1
if PARAMETERS["fetch"]:
    fetch_code, _, _ = git("fetch", "--quiet", "--no-tags", "--prune", "--force", "--no-write-fetch-head", "origin",
                        "+refs/heads/*:refs/rollback-bot/heads/*", "+refs/tags/*:refs/rollback-bot/tags/*", timeout=30)

def commit_of(ref):
    return git_line("rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")

def commits_beginning(digits):
    """Commits by their own name. A tag or a branch that looks like the beginning of one does not count here."""
    if not re.fullmatch(r"[0-9a-f]{7,40}", digits):
        return []
    found = (git_line("rev-parse", "--disambiguate=" + digits) or "").split()
    return [one for one in dict.fromkeys(commit_of(each) for each in found) if one]

def names_under(*places):
    """{name: ref} of all refs in these places."""
    code, out, _ = git("for-each-ref", "--format=%(refname)", *places)
    refs = out.split("\n") if code == 0 else []
    return {ref[len(place) + 1:]: ref for place in places for ref in refs if ref.startswith(place + "/")}

def named(names):
    """The commit that is called so here. Phones write a capital letter first: only if nothing is called exactly so, that counts."""
    for name in (VERSION, VERSION[:1].swapcase() + VERSION[1:]):
        if name in names:
            return commit_of(names[name])
    return None

def same(pin):
    """A pin without a number is a branch of sum-core, and no version."""
    return pin is not None and re.search(r"\d", pin) is not None and re.sub(r"^v(?=\d)", "", pin) == re.sub(r"^v(?=\d)", "", VERSION)

def deployed_branch():
    names = [git_line("symbolic-ref", "--quiet", "--short", "HEAD"), (git_line("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD") or "").replace("origin/", "", 1), "main", "master"]
    for name in names:
        for ref in ("refs/rollback-bot/heads/%s" % name, "refs/remotes/origin/%s" % name):
            if name and commit_of(ref):
                return ref
    return None

def names_of_core(found):
    """({commit of sum-core: its tag}, [url that does not answer]). uv and pip-tools pin the commit and not the tag, and only the
    repository of sum-core knows which is which."""
    names, silent = {}, []
    for url in list(dict.fromkeys(url for _, _, url in found.values() if url))[:2] if PARAMETERS["fetch"] else []:
        code, out, _ = run(["git", "ls-remote", "--tags", "--", url], timeout=8)
        silent += [] if code == 0 else [url]
        for line in out.split("\n") if code == 0 else []:
            commit, _, ref = line.partition("\t")
            names[commit] = re.sub(r"\^\{\}$", "", ref[len("refs/tags/"):])
    return names, silent

def newer_unread(commits, stop_at):
    """Commits before this one whose pin cannot be read: any of them may be the one that is meant."""
    return [one for one in commits[:commits.index(stop_at) if stop_at else len(commits)] if unread_why(one)]

def unread_why(commit):
    pin, why, url = found_pins[commit]
    if url and pin not in core_names and not same(pin):
        return "it pins the commit %s of sum-core, and %s" % (pin[:12], "%s does not answer" % re.sub(r"//[^/\s@]*@", "//", url) if url in silent else "no tag of sum-core is that commit")
    # An address may hold a password.
    return why and re.sub(r"//[^/\s@]*@", "//", why)[:200]

branch = deployed_branch()
on_branch = (git_line("rev-list", "-n", "500", branch) or "").split() if branch else []
were_live = list(dict.fromkeys(entry["commit"] for entry in reflog()))
found_pins = pins_at(were_live + on_branch)
core_names, silent = names_of_core(found_pins)
def pin_at(commit):
    pin = found_pins[commit][0]
    return core_names.get(pin, pin)

tags, fetched_tags = names_under("refs/tags"), names_under("refs/rollback-bot/tags")
branches = names_under("refs/rollback-bot/heads", "refs/remotes/origin", "refs/heads")
beginning = commits_beginning(VERSION)
in_reflog, on_it = [[c for c in commits if same(pin_at(c))] for commits in (were_live, on_branch)]
unread = newer_unread(were_live, in_reflog[0] if in_reflog else None)
if not in_reflog:
    unread += [one for one in newer_unread(on_branch, on_it[0] if on_it else None) if one not in unread]
found = {
    "commit": beginning[0] if len(beginning) == 1 else None,
    "beginning": beginning[:10] if len(beginning) > 1 else [],
    "localTag": named(tags),
    "originTag": named(fetched_tags),
    "branch": named(branches),
    "originReached": fetch_code == 0,
    "reflogMatches": in_reflog[:10],
    "branchMatches": on_it[:10],
    "unread": [{"commit": one, "why": unread_why(one)} for one in unread[:MOST_UNREAD]],
    "unreadCount": len(unread),
    "known": sorted(set(tags) | set(fetched_tags) | {pin_at(c) for c in found_pins if pin_at(c) and not re.fullmatch(r"[0-9a-f]{40}", pin_at(c))}),
}
asked = [found["commit"], found["localTag"], found["originTag"], found["branch"]] + found["beginning"] + [one["commit"] for one in found["unread"]]
found["commits"] = commit_infos(asked + found["reflogMatches"] + found["branchMatches"], core_names)
answer(found)
