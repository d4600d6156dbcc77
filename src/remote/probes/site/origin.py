# Who owns the site, whether its git origin answers, and whether builds can be confined. It only reads: it fetches nothing and moves no
# ref.

def without_login(text):
    """Takes a token or password out of the origin's address."""
    return re.sub(r"(https?://)[^/@\s]*@", r"\1", text)

found = {"user": login_user(), "owner": owner_of_code(), "origin": None, "originProblem": None, "confinesBuilds": confines()}
# git refuses to work in someone else's repository.
if found["owner"] == found["user"]:
    found["origin"] = without_login(git_line("remote", "get-url", "origin") or "") or None
    if found["origin"] is not None:
        code, _, err = git("ls-remote", "--quiet", "origin", "HEAD", timeout=15)
        if code != 0:
            found["originProblem"] = without_login((err.strip().splitlines() or ["git stopped without a word"])[0])
answer(found)
