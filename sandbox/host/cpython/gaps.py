# CPython in WebAssembly has no processes, users, locks or rights of the machine that it runs on. This file adds them, as far
# as programs of the host use them: any other argument is a TypeError. Error numbers stay those of WebAssembly; the names and
# classes of errors are the same everywhere.
import errno, fcntl, json, os, socket, subprocess, sys, time, types
import machine
from pyodide.ffi import to_js

def value_of(result, path=None):
    """The value of a call. Errors: OSError of the matching class, with the machine's reason."""
    if not hasattr(result, "error"):
        return result.value
    number = getattr(errno, result.error, errno.EIO)
    raise OSError(number, os.strerror(number), path)

def absolute(path):
    return os.path.abspath(os.fspath(path))

def run(argv, *, stdin=None, input=None, capture_output=False, timeout=None, cwd=None, env=None):
    """Without `input`, standard input is empty, as with DEVNULL: a program here has none to pass on."""
    wanted = {"argv": list(argv), "cwd": absolute(cwd or os.getcwd()), "env": dict(os.environ if env is None else env), "timeout": timeout}
    result = machine.run(json.dumps(wanted), *([] if input is None else [to_js(input)]))
    if getattr(result, "error", None) == "ETIMEDOUT":
        raise subprocess.TimeoutExpired(argv, timeout)
    done = value_of(result, argv[0])
    out, err = done.stdout.to_bytes(), done.stderr.to_bytes()
    if capture_output:
        return subprocess.CompletedProcess(argv, done.code, out, err)
    for stream, text in ((sys.stdout, out), (sys.stderr, err)):
        stream.flush()
        stream.buffer.write(text)
    return subprocess.CompletedProcess(argv, done.code)

def flock(file, operation):
    kinds = {fcntl.LOCK_SH: "-s", fcntl.LOCK_EX: "-x", fcntl.LOCK_UN: "-u"}
    kind = kinds[operation & ~fcntl.LOCK_NB]
    value_of(machine.flock(file if isinstance(file, int) else file.fileno(), kind + (" -n" if operation & fcntl.LOCK_NB else "")))

def access(path, mode):
    return not hasattr(machine.access(absolute(path), mode), "error")

def statvfs(path):
    return os.statvfs_result(value_of(machine.statvfs(absolute(path)), path).to_py())

def between_paths(call):
    """For calls with two paths that must be one step. The interpreter's file system makes two of them, or has no such call."""
    return lambda source, target: value_of(call(absolute(source), absolute(target)), source)

def create_connection(*_):
    """The interpreter's own sockets would look like a host that does not answer, and nobody would know why."""
    raise NotImplementedError("the demo host's Python has no network")

def getpwuid(uid):
    name = machine.userName(uid)
    if name == "":
        raise KeyError("getpwuid(): uid not found: %d" % uid)
    return types.SimpleNamespace(pw_name=name, pw_uid=uid)

os.getuid, os.geteuid = machine.getuid, machine.geteuid
os.access, os.statvfs = access, statvfs
os.rename = os.replace = between_paths(machine.rename)
os.link = between_paths(machine.link)
fcntl.flock = flock
socket.gethostname, socket.create_connection = machine.hostname, create_connection
subprocess.run = run
time.sleep = machine.sleep
sys.modules["pwd"] = types.ModuleType("pwd")
sys.modules["pwd"].getpwuid = getpwuid
