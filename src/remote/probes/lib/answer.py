# What a probe answers: one line of JSON, without the values of .env. Stands behind secrets.py.
SENTENCES = ("problem", "detail", "error", "originProblem")

def passed_on(value):
    """An answer whose sentences of other programs hold nothing of .env."""
    if not isinstance(value, dict):
        return value
    said = {name: value[name] for name in SENTENCES if isinstance(value.get(name), str)}
    unknown = "(not shown: %s cannot be read, so its secrets cannot be taken out)" % ENV_FILE
    return dict(value, **{name: unknown if without is None else without for name, without in ((name, without_env_secrets(text)) for name, text in said.items())})

def answer(value):
    print(json.dumps(passed_on(value)))

def stop(problem, detail=None, **more):
    """Ends the probe with what is wrong; `detail`: what another program said of it, of which the end is passed on."""
    said = {} if detail is None else {"detail": (without_env_secrets(detail) or "")[-2000:]}
    answer(dict({"problem": problem}, **said, **more))
    sys.exit()
