# How a probe answers: one line of JSON without values of .env. Needs secrets.py.

# Members of an answer that quote other programs.
QUOTES = ("problem", "detail", "error", "originProblem")

def without_secrets(value):
    """An answer whose quotes contain no values of .env."""
    if not isinstance(value, dict):
        return value
    quotes = {name: without_env_secrets(value[name]) for name in QUOTES if isinstance(value.get(name), str)}
    unknown = "(not shown: %s cannot be read, so its secrets cannot be taken out)" % ENV_FILE
    return dict(value, **{name: unknown if text is None else text for name, text in quotes.items()})

def answer(value):
    # On a line of its own: something that the login has left running may have printed half of one.
    sys.stdout.write("\n%s\n" % json.dumps(without_secrets(value)))

def stop(problem, detail=None, **more):
    """Answers with a problem and ends the probe. `detail` is what another program said about it: its end is passed on."""
    quoted = {} if detail is None else {"detail": (without_env_secrets(detail) or "")[-2000:]}
    answer(dict({"problem": problem}, **quoted, **more))
    sys.exit()
