# Who owns the site, and whether its git origin answers. Reads only: nothing is fetched, no ref moves.

def without_login(text):
    """A token or password in the address of the origin is nobody's business."""
    return re.sub(r"(https?://)[^/@\s]*@", r"\1", text)

found = {"user": login_user(), "owner": owner(), "origin": None, "originProblem": None}
# git refuses to work in the repository of somebody else.
if found["owner"] == found["user"]:
    found["origin"] = without_login(git_line("remote", "get-url", "origin") or "") or None
    if found["origin"] is not None:
        code, _, err = git("ls-remote", "--quiet", "origin", "HEAD", timeout=15)
        if code != 0:
            found["originProblem"] = without_login((err.strip().splitlines() or ["git stopped with exit code %d" % code])[0])
answer(found)
