# Whether gunicorn can load the target's application. It runs the unit's program with the same arguments and environment in the
# prepared tree, and listens nowhere. An error that shows here would otherwise show while the site is down.
program = PARAMETERS["application"]["program"]
code, out, err = with_environment([os.path.join(PARAMETERS["venv"], program[0])] + program[1:] + ["--check-config", PARAMETERS["application"]["name"]],
                                  settings=PARAMETERS["settings"], cwd=PARAMETERS["tree"], timeout=60)
lines = [line for line in (out + err).strip().splitlines() if line.strip()]
errors = [line for line in lines if re.match(r"^[\w.]*(Error|Exception|Exit|Interrupt)\b", line)]
last = (errors or lines or ["it ended with exit code %d" % code])[-1]
answer({"problem": None if code == 0 else (without_env_secrets(last) or "it ended with exit code %d" % code)[:300]})
