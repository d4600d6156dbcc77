# Runs one program as its own process would: with its own globals, arguments, environment, directory and output. Modules
# stay loaded for the next program.
import io, json, os, sys, traceback

def exit_code(reason):
    """(exit code, message): sys.exit takes a number, nothing or a message."""
    if reason is None or isinstance(reason, int):
        return (reason or 0) & 0xFF, ""
    return 1, "%s\n" % (reason,)

def run_program(source, argv, env, cwd):
    """JSON of [exit code, standard output, standard error]; the lists come as JSON too."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors) for errors in ("surrogateescape", "backslashreplace"))
    kept = sys.stdin, sys.stdout, sys.stderr
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO()), out, err
    sys.argv = ["-c"] + json.loads(argv)
    code = 0
    try:
        os.environ.clear()
        os.environ.update(json.loads(env))
        os.chdir(cwd)
        exec(compile(source, "<string>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        code, word = exit_code(end.code)
        err.write(word)
    except BaseException as problem:
        # Without the frame of this file.
        traceback.print_exception(type(problem), problem, problem.__traceback__.tb_next)
        code = 1
    finally:
        sys.stdin, sys.stdout, sys.stderr = kept
    for stream in (out, err):
        stream.flush()
    return json.dumps([code] + [stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err)])
