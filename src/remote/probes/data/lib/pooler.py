# Whether a pooler such as PgBouncer stands between the site and its database. Needs postgres.py.
import socket

# A session over a unix socket has no address.
SESSION = """
SELECT json_build_object(
  'begun', (SELECT extract(epoch FROM backend_start) FROM pg_stat_activity WHERE pid = pg_backend_pid()),
  'now', extract(epoch FROM clock_timestamp()), 'address', host(inet_server_addr()),
  'port', coalesce(inet_server_port(), current_setting('port')::int))
"""

def session():
    code, out, _ = psql(SESSION)
    try:
        return json.loads(out) if code == 0 else None
    except ValueError:
        return None

def is_older_than_its_client(tries=3):
    """Whether the server's session was there before its client was: then it belongs to a pooler, whatever that is called. If all
    sessions of a pooler are in use it makes a new one, so this asks more than once."""
    before = session()
    for _ in range(tries):
        after = session()
        if not before or not after or after["begun"] is None:
            return False
        if after["begun"] < before["now"]:
            return True
        before = after
    return False

def addresses_of(host):
    try:
        return {found[4][0] for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, ValueError):
        return set()

def is_elsewhere(host, port, server):
    """Whether the server says that it is somewhere else than the address in .env: something stands in between. That can be a
    pooler, but also a forwarded port of a container."""
    if server["port"] != port:
        return True
    if host == "" or host.startswith("/"):
        return server["address"] is not None
    return server["address"] is None or server["address"] not in addresses_of(host)

def name_of_pooler():
    """None: what answers there is none of the poolers that say so."""
    code, out, err = psql("SHOW VERSION", database="pgbouncer")
    # PgBouncer has its console under this name. A server says that it has no such database.
    if "PgBouncer" in out or (code == 2 and re.search(r"FATAL: +not allowed$", err.strip())):
        return "PgBouncer"
    if re.search(r"\bodyssey: ", err):
        return "Odyssey"
    return "Pgpool-II" if psql("SHOW pool_version")[0] == 0 else None

def pooler(host, port):
    """{name, address and port of the server behind it}: the pooler at the address in .env. None: the server itself is there."""
    server = session()
    if server is None:
        return None
    is_pool = is_older_than_its_client(1)
    if not is_pool and not is_elsewhere(host, port, server):
        return None
    name = name_of_pooler()
    if name is None and not is_pool and not is_older_than_its_client():
        return None
    return {"name": name, "address": server["address"], "port": server["port"]}
