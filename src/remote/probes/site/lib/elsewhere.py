# What a unit starts, in another code tree and another environment. Needs command.py.

def elsewhere(text, tree, venv):
    """A text in which the live code and the live environment are the prepared ones."""
    for live, prepared in ((APP, tree), (os.path.join(ROOT, "venv"), venv)):
        text = re.sub(re.escape(live) + r"(?![\w.-])", lambda _: prepared, text)
    return text

def last_words(said):
    """The line in which a program said why it ended."""
    lines = [line for line in said.strip().splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"^[\w.]*(Error|Exception|Exit|Interrupt)\b", line)]
    last = (errors or lines or ["it ended without a word"])[-1]
    return (without_env_secrets(last) or "it ended, and what it said is not shown, because secrets cannot be taken out of it")[:300]
