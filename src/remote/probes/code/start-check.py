# Whether gunicorn can load the target's application, and where it would listen then. It runs the unit's program with the unit's own
# arguments and variables in the prepared tree, and listens nowhere. An error that shows here would otherwise show while the site is
# down.
TREE, PREPARED = PARAMETERS["tree"], PARAMETERS["venv"]

def there(text):
    """A text in which the live code and the live environment are the prepared ones."""
    for live, prepared in ((APP, TREE), (os.path.join(ROOT, "venv"), PREPARED)):
        text = re.sub(re.escape(live) + r"(?![\w.-])", lambda _: prepared, text)
    return text

def last_line(said):
    lines = [line for line in said.strip().splitlines() if line.strip()]
    errors = [line for line in lines if re.match(r"^[\w.]*(Error|Exception|Exit|Interrupt)\b", line)]
    last = (errors or lines or ["it ended without a word"])[-1]
    return (without_env_secrets(last) or "it ended, and what it said is not shown, because secrets cannot be taken out of it")[:300]

words, variables = command_of(PARAMETERS["unit"], show(PARAMETERS["unit"], "MainPID").get("MainPID", "0"))
started = gunicorn_in(words)
arguments = [there(word) for word in started[1]] if started else [PARAMETERS["application"]["name"]]
variables = {name: there(value) for name, value in variables.items()}
program, settings = PARAMETERS["application"]["program"], PARAMETERS["settings"]
code, out, err = with_environment([os.path.join(PREPARED, program[0])] + program[1:] + arguments + ["--check-config"], settings, TREE, 60, variables)
said, _ = ask_gunicorn(os.path.join(PREPARED, "bin", "python"), arguments, variables, TREE, settings) if code == 0 and started else (None, None)
answer({"problem": None if code == 0 else last_line(out + err),
        "listens": [address.replace(TREE + "/", APP + "/") for address in configured(said)] if said else None})
