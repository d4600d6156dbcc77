# The only door from a sealed process to the database server: a unix socket that leads to the side database, and to no other.
# Needs core.py. The grammar is that of a start-up packet in PostgreSQL's frontend/backend protocol:
#
#   packet   = length (4 bytes, with itself) code (4 bytes) { name NUL value NUL } NUL
#   code     = 196608 and up: a login | 80877103: asks for TLS | 80877104: asks for GSS encryption | 80877102: cancels a statement
import socket, struct, threading

# As libpq looks for a server in a folder.
SOCKET = ".s.PGSQL.5432"
TLS, GSS, CANCEL = 80877103, 80877104, 80877102
LONGEST_LOGIN = 10000

def read_exactly(client, count):
    found = b""
    while len(found) < count:
        block = client.recv(count - len(found))
        if not block:
            raise OSError("the client has gone")
        found += block
    return found

def database_of(packet):
    """The database that a login names. Without one it means the user's name."""
    words = packet[8:].split(b"\0")
    named = dict(zip(words[0::2], words[1::2]))
    return (named.get(b"database") or named.get(b"user") or b"").decode("utf-8", "replace")

def login_of(client):
    """The packet of a login. A client that asks for encryption hears no: it doesn't leave this machine here."""
    while True:
        length, code = struct.unpack("!II", read_exactly(client, 8))
        if not 8 <= length <= LONGEST_LOGIN:
            raise OSError("this is no login")
        packet = struct.pack("!II", length, code) + read_exactly(client, length - 8)
        if code not in (TLS, GSS):
            return code, packet
        client.sendall(b"N")

def refuse(client, why):
    fields = b"SFATAL\0VFATAL\0C08004\0M" + why.encode() + b"\0\0"
    client.sendall(b"E" + struct.pack("!I", len(fields) + 4) + fields)

def pass_on(source, target):
    try:
        while True:
            block = source.recv(1 << 16)
            if not block:
                break
            target.sendall(block)
    except OSError:
        pass
    finally:
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

def server_at(host, port):
    if host == "" or host.startswith("/"):
        server = socket.socket(socket.AF_UNIX)
        server.connect("%s/.s.PGSQL.%s" % (host or "/var/run/postgresql", port))
        return server
    return socket.create_connection((host, int(port)), timeout=10)

def admit(client, name, host, port):
    with client:
        try:
            code, packet = login_of(client)
            if code != CANCEL and database_of(packet) != name:
                refuse(client, 'a rehearsal reaches only the database "%s", and not "%s"' % (name, database_of(packet)))
                return
            with server_at(host, port) as server:
                server.settimeout(None)
                server.sendall(packet)
                back = threading.Thread(target=pass_on, args=(server, client), daemon=True)
                back.start()
                pass_on(client, server)
                back.join(5)
        except OSError:
            return

def open_door(folder, name, host, port):
    """Listens in `folder`. Returns the listening socket."""
    path = os.path.join(folder, SOCKET)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    os.chmod(path, 0o600)
    listening.listen(16)
    def serve():
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=admit, args=(client, name, host, port), daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    return listening
