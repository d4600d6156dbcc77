# Whether the Redis that .env names answers. Needs core.py.
import socket, urllib.parse

def ping_redis(connection, url):
    """The answer to a PING, or to the login if that failed."""
    if url.scheme == "rediss":
        import ssl
        connection = ssl.create_default_context().wrap_socket(connection, server_hostname=url.hostname)
    commands = []
    if url.password:
        commands.append([b"AUTH"] + ([urllib.parse.unquote(url.username).encode()] if url.username else []) + [urllib.parse.unquote(url.password).encode()])
    said = ""
    for words in commands + [[b"PING"]]:
        connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        said = connection.recv(512).decode("utf-8", "replace")
        if not said.startswith("+"):
            break
    return said

def redis(address):
    """The address of Redis, and what is wrong with it if anything is. None: .env names none."""
    try:
        url = urllib.parse.urlsplit(address)
        if url.scheme not in ("redis", "rediss") or not url.hostname:
            return None
        at = (url.hostname, url.port or 6379)
    except ValueError:
        return None
    problem = None
    try:
        with socket.create_connection(at, 2) as connection:
            said = ping_redis(connection, url)
            if not said:
                problem = "closes the connection"
            elif not said.startswith("+"):
                problem = "answers %s" % (re.findall(r"^-([A-Z]+)", said) or ["something else than PONG"])[0]
    except ConnectionRefusedError:
        problem = "is not running: nothing listens there"
    except socket.timeout:
        problem = "does not answer within 2 s"
    except OSError as error:
        problem = "cannot be reached (%s)" % (error.strerror or "its name or certificate is wrong")
    return {"address": "%s:%d" % at, "problem": problem}
