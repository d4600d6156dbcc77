# The end of an attempt's log without the values of .env: they never leave the host. The log itself stays whole. Reads no
# more than it shows, and as much again as the longest secret is, so neither a long log nor a long line costs anything.
def tail():
    secrets = env_secrets()
    if secrets is None:
        return "(the end of %s is not shown: %s cannot be read, so its secrets cannot be taken out)" % (PARAMETERS["log"], ENV_FILE)
    shown, margin = PARAMETERS["bytes"], max(map(len, secrets), default=0)
    try:
        with open(PARAMETERS["log"], "rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(0, size - shown - margin))
            text = log.read(shown + margin)
    except FileNotFoundError:
        return ""
    begin = max(0, len(text) - shown) if size > shown else 0
    pattern, kept, at = pattern_of(secrets), [], begin
    for found in pattern.finditer(text) if pattern else []:
        if found.start() >= begin:
            kept += [text[at:found.start()], mark(secrets, found.group())]
        # One that the beginning cuts is left out whole.
        at = max(at, found.end())
    rest = b"".join(kept) + text[at:]
    # Nor half a line, where there are whole ones: the part that is missing may say that the rest is a secret.
    if size > shown and b"\n" in rest[:-1]:
        rest = rest[rest.index(b"\n") + 1:]
    elif size > shown:
        rest = rest.lstrip(bytes(range(0x80, 0xC0)))
    return rest.decode("utf-8", "replace")

answer({"text": tail()})
