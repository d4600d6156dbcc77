# The end of an attempt's log without values of .env, which never leave the host. The log itself is not changed. This reads only
# what it shows, plus the length of the longest secret, so a long log or a long line costs nothing.
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
        # A secret that begins before the shown part is left out completely.
        at = max(at, found.end())
    rest = b"".join(kept) + text[at:]
    # Half a line is left out as well if there are whole ones: its missing part may say that the rest is a secret.
    if size > shown and b"\n" in rest[:-1]:
        rest = rest[rest.index(b"\n") + 1:]
    elif size > shown:
        rest = rest.lstrip(bytes(range(0x80, 0xC0)))
    return rest.decode("utf-8", "replace")

answer({"text": tail()})
