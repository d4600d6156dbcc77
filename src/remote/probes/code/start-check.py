# Whether gunicorn can load the target's application, and where it would listen then. It runs the unit's program with the unit's own
# arguments and variables in the prepared tree, and listens nowhere. An error that shows here would otherwise show while the site is
# down.
TREE, PREPARED = PARAMETERS["tree"], PARAMETERS["venv"]

words, variables = command_of(PARAMETERS["unit"], show(PARAMETERS["unit"], "MainPID").get("MainPID", "0"))
started = gunicorn_in(words)
arguments = [elsewhere(word, TREE, PREPARED) for word in started[1]] if started else [PARAMETERS["application"]["name"]]
variables = {name: elsewhere(value, TREE, PREPARED) for name, value in variables.items()}
program, settings = PARAMETERS["application"]["program"], PARAMETERS["settings"]
code, out, err = with_environment([os.path.join(PREPARED, program[0])] + program[1:] + arguments + ["--check-config"], settings, TREE, 60, variables)
said, _ = ask_gunicorn(os.path.join(PREPARED, "bin", "python"), arguments, variables, TREE, settings) if code == 0 and started else (None, None)
answer({"problem": None if code == 0 else last_words(out + err),
        "listens": [address.replace(TREE + "/", APP + "/") for address in configured(said)] if said else None})
