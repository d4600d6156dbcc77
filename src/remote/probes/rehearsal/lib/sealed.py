# Runs a part of the bot's own program sealed off: without a network, without the right to write anywhere but into one folder, and
# bounded in memory and time. It uses namespaces of the kernel for users, mounts, processes and the network, and needs no rights on
# hosts that allow them. Nothing of it outlives the process that began it. Needs core.py.
import ctypes, resource, signal

NEWNS, NEWIPC, NEWUSER, NEWPID, NEWNET = 0x20000, 0x8000000, 0x10000000, 0x20000000, 0x40000000
RDONLY, NOSUID, NODEV, NOEXEC, REMOUNT, NOATIME, NODIRATIME, BIND, REC, PRIVATE, RELATIME = 1, 2, 4, 8, 32, 1024, 2048, 4096, 16384, 1 << 18, 1 << 21
KEPT = {"nosuid": NOSUID, "nodev": NODEV, "noexec": NOEXEC, "noatime": NOATIME, "nodiratime": NODIRATIME, "relatime": RELATIME}
# No file of a site lies on these.
OF_THE_KERNEL = {"proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "securityfs", "debugfs", "tracefs", "bpf", "pstore", "autofs", "binfmt_misc", "configfs", "fusectl", "hugetlbfs", "efivarfs"}
LIBC = ctypes.CDLL(None, use_errno=True)
MOST_MEMORY = 1 << 30

def called(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, "%s: %s" % (what, os.strerror(number)))

def dies_with_us():
    """In a new process: the kernel ends it with the thread that began it."""
    LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)

def mounted():
    """[(place, kind, flags that have to stay)] of everything that is mounted."""
    found = []
    with open("/proc/self/mountinfo") as lines:
        for line in lines:
            left, _, right = line.partition(" - ")
            words = left.split()
            place = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal.group(1), 8)), words[4])
            found.append((place, right.split()[0], sum(KEPT.get(option, 0) for option in words[5].split(","))))
    return found

def mount(source, target, kind, flags, what):
    encoded = [one if one is None else os.fsencode(one) for one in (source, target, kind)]
    called(LIBC.mount(encoded[0], encoded[1], encoded[2], ctypes.c_ulong(flags), None), what)

def holds(folder, path):
    return path == folder or path.startswith(folder.rstrip("/") + "/")

def make_read_only(folder):
    mount(None, "/", None, REC | PRIVATE, "the mounts can't be made private")
    mount(folder, folder, None, BIND, "the folder of the rehearsal can't be mounted")
    for place, kind, flags in mounted():
        if place == folder or kind in OF_THE_KERNEL:
            continue
        mount(None, place, None, BIND | REMOUNT | RDONLY | flags, "%s can't be made read-only" % place)
    for place in ("/tmp", "/var/tmp", "/dev/shm"):
        if os.path.isdir(place) and not holds(place, os.path.realpath(ROOT)):
            mount("tmpfs", place, "tmpfs", NOSUID | NODEV, "%s can't be emptied" % place)

def raise_loopback():
    import fcntl, socket, struct
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 1))

def limit(seconds):
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

def seal(folder):
    """Seals this process off. The next process that it begins is the first of its own world. Errors: OSError."""
    user, group = os.getuid(), os.getgid()
    called(LIBC.unshare(NEWUSER | NEWNS | NEWNET | NEWPID | NEWIPC), "this host gives its users no namespaces")
    for path, text in (("setgroups", "deny"), ("uid_map", "%d %d 1" % (user, user)), ("gid_map", "%d %d 1" % (group, group))):
        with open("/proc/self/" + path, "w") as file:
            file.write(text)
    make_read_only(folder)
    raise_loopback()

class Sealed:
    """A sealed process that runs `work(report)`, and what it reports: one JSON value per line."""
    def __init__(self, folder, seconds, work):
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            self.begin(folder, seconds, work, os.fdopen(writing, "w", 1))
        os.close(writing)
        self.reports = os.fdopen(reading)

    def begin(self, folder, seconds, work, reports):
        def report(value):
            reports.write(json.dumps(value) + "\n")
        try:
            dies_with_us()
            limit(seconds)
            seal(folder)
        except OSError as problem:
            report({"notSealed": problem.strerror or str(problem)})
            os._exit(0)
        first = os.fork()
        if first == 0:
            dies_with_us()
            try:
                work(report)
            finally:
                os._exit(0)
        os.waitpid(first, 0)
        os._exit(0)

    def end(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        self.reports.close()
