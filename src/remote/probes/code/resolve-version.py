# Looks for a typed version everywhere it can be: commits, tags, and pins of commits. It fetches into refs of its own, so that it
# sees new and moved tags on origin and leaves the site's refs alone. If the caller knows that the commit is here, it does not
# fetch.
VERSION = PARAMETERS["version"]
fetch_code = 1
if PARAMETERS["fetch"]:
    fetch_code, _, _ = git("-c", "core.hooksPath=/dev/null", "fetch", "--quiet", "--no-tags", "--prune", "--force", "--no-write-fetch-head", "origin",
                        "+refs/heads/*:refs/rollback-bot/heads/*", "+refs/tags/*:refs/rollback-bot/tags/*", timeout=30)

def commit_of(ref):
    return git_line("rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")

def same(pin):
    return pin is not None and pin.lstrip("v") == VERSION.lstrip("v")

def deployed_branch():
    names = [git_line("symbolic-ref", "--quiet", "--short", "HEAD"), (git_line("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD") or "").replace("origin/", "", 1), "main", "master"]
    for name in names:
        for ref in ("refs/rollback-bot/heads/%s" % name, "refs/remotes/origin/%s" % name):
            if name and commit_of(ref):
                return ref
    return None

branch = deployed_branch()
on_branch = (git_line("rev-list", "-n", "500", branch) or "").split() if branch else []
were_live = list(dict.fromkeys(entry["commit"] for entry in reflog()))
pins = pins_at(were_live + on_branch)
tags = set((git_line("tag", "-l") or "").split())
tags |= {ref.split("/", 3)[3] for ref in (git_line("for-each-ref", "--format=%(refname)", "refs/rollback-bot/tags") or "").split()}
found = {
    "commit": commit_of(VERSION) if re.fullmatch(r"[0-9a-f]{7,40}", VERSION) else None,
    "localTag": commit_of("refs/tags/" + VERSION),
    "originTag": commit_of("refs/rollback-bot/tags/" + VERSION),
    "originReached": fetch_code == 0,
    "reflogMatches": [c for c in were_live if same(pins.get(c))][:10],
    "branchMatches": [c for c in on_branch if same(pins.get(c))][:10],
    "known": sorted(tags | {pin for pin in pins.values() if pin}),
}
found["commits"] = commit_infos([found["commit"], found["localTag"], found["originTag"]] + found["reflogMatches"] + found["branchMatches"])
answer(found)
