# Where gunicorn listens: by systemd, by the kernel, and by gunicorn itself. Needs command.py.
import ipaddress, socket, struct

def as_client_address(address):
    """`unix:/path`, `unix:@name` or `host:port` to connect to, from an address to listen on: a client can't connect to "all
    addresses". None: a number of a socket that was passed on says nothing."""
    if isinstance(address, int):
        return None
    if isinstance(address, str):
        return "unix:" + address
    host, port = address
    host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "localhost": "127.0.0.1", "::": "::1"}.get(host, host)
    if re.search("[g-z]", host, re.I):
        host = address_of(host)
    return "%s:%d" % ("[%s]" % host if ":" in host else host, int(port))

def address_of(name):
    try:
        return socket.gethostbyname(name)
    except OSError:
        return name

def configured(found):
    """The addresses of gunicorn's own configuration. A path of a socket may be relative to its directory."""
    addresses = [one if not isinstance(one, str) else os.path.join(found["chdir"], one) for one in found["address"]]
    return [address for address in map(as_client_address, addresses) if address]

def in_words(arguments, variables):
    """The addresses after -b and --bind, for a gunicorn that can't be asked. The command line counts more than its variable."""
    for words in (arguments, split_words(variables.get("GUNICORN_CMD_ARGS", ""))):
        found = re.findall(r"(?:^|\0)(?:--bind[=\0]|-b\0?)([^\0]+)", "\0".join(words))
        if found:
            return [as_client_address(parsed(one)) for one in found if not one.startswith("fd://")]
    return []

def parsed(bind):
    """An address as gunicorn's parse_address() reads it."""
    path = re.match(r"unix:(?://)?(.*)", bind)
    if path:
        return path.group(1)
    host, _, port = bind.replace("tcp://", "", 1).rpartition(":") if re.search(r":\d+$", bind) else (bind, "", "8000")
    return host.strip("[]"), port

def of_socket_unit(unit):
    """What systemd listens on for a service, e.g. `/run/site.sock (Stream)`."""
    found = []
    for line in "\n".join(show_lists(unit, "Listen")).splitlines():
        at = re.fullmatch(r"(?:(/.*|@.*)|(.*):(\d+)) \(Stream\)", line)
        if at:
            found.append(as_client_address(at.group(1) or (at.group(2).strip("[]"), at.group(3))))
    return found

def kernel_lines(name):
    try:
        with open("/proc/net/" + name) as lines:
            return [line.split() for line in lines][1:]
    except OSError:
        return []

def tcp_address(text):
    """`0100007F:1F40` of /proc/net/tcp, and the same of tcp6: words of 32 bits in the order of this machine."""
    host, port = text.split(":")
    packed = b"".join(struct.pack("=I", int(host[at:at + 8], 16)) for at in range(0, len(host), 8))
    return str(ipaddress.ip_address(packed)), int(port, 16)

def listening_sockets():
    """{inode: (address, user id)} of all sockets on which something listens. The user of a unix socket is not told."""
    found = {}
    for name in ("tcp", "tcp6"):
        for words in kernel_lines(name):
            if words[3] == "0A":
                found[words[9]] = as_client_address(tcp_address(words[1])), int(words[7])
    for words in kernel_lines("unix"):
        if int(words[3], 16) & 0x10000 and len(words) > 7:
            found[words[6]] = as_client_address(words[7]), None
    return found

def of_process(pid):
    """What a process listens on. None: it has another user or group, so its files can't be seen."""
    try:
        links = [os.readlink("/proc/%s/fd/%s" % (pid, name)) for name in os.listdir("/proc/%s/fd" % pid)]
    except OSError:
        return None
    sockets = listening_sockets()
    return [sockets[link[8:-1]][0] for link in links if link.startswith("socket:[") and link[8:-1] in sockets]

def listens_at(pid, address):
    """Whether this process listens there. A unix socket tells whoever connects who listens; of a port the kernel tells the user."""
    if not address.startswith("unix:"):
        return any(found == address and user == os.stat("/proc/%s" % pid).st_uid for found, user in listening_sockets().values())
    path = address[5:]
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect("\0" + path[1:] if path.startswith("@") else path)
            listener = struct.unpack("3i", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
    except (OSError, AttributeError):
        return False
    return str(listener) == pid

def own_addresses(gunicorn):
    """The addresses that gunicorn would listen on if the unit started it now."""
    return configured(gunicorn["said"]) if gunicorn["said"] else in_words(gunicorn["arguments"], gunicorn["variables"])

def is_silent(address):
    """Whether nothing at all listens there. A connection would not tell: it may be forbidden."""
    return not any(found == address for found, _ in listening_sockets().values())

# gunicorn listens before it loads the application, so a process of this age does.
OLD_ENOUGH = 10

def listening(found, pid, gunicorn, age, places):
    """(addresses at which the site can be asked, those of gunicorn's configuration if they are none of these: a start would move the
    site there). `age`: of its process, in seconds. `places`: directories in which it may have its socket."""
    passed_on = [address for unit in found if unit["kind"] == "socket" for address in of_socket_unit(unit["name"])]
    if passed_on:
        return passed_on, []
    own = own_addresses(gunicorn)
    now = [] if pid == "0" else of_process(pid)
    if now is None:
        now = [address for address in own if listens_at(pid, address)]
        if not now and own and age > OLD_ENOUGH and all(is_silent(address) for address in own):
            return in_places(pid, places), own
    if not now:
        return own, []
    kept = [address for address in now if address in own]
    return kept or now, [] if kept or any(one.endswith(":0") for one in own) else own

def in_places(pid, places):
    """Sockets in these directories on which a process listens, although its configuration doesn't name them."""
    paths = [address for address, _ in listening_sockets().values() if address.startswith(tuple("unix:" + place for place in places))]
    return [address for address in paths if listens_at(pid, address)]
