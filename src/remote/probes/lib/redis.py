# Whether the Redis of .env answers.
import socket, urllib.parse

def redis_words(connection, url):
    """What Redis says to a PING, without its greeting and without any secret."""
    if url.scheme == "rediss":
        import ssl
        connection = ssl.create_default_context().wrap_socket(connection, server_hostname=url.hostname)
    words = []
    if url.password:
        words.append([b"AUTH"] + ([urllib.parse.unquote(url.username).encode()] if url.username else []) + [urllib.parse.unquote(url.password).encode()])
    said = ""
    for one in words + [[b"PING"]]:
        connection.sendall(b"*%d\r\n" % len(one) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in one))
        said = connection.recv(512).decode("utf-8", "replace")
        if not said.startswith("+"):
            break
    return said

def redis(address):
    """Whether the Redis of .env answers where it should be; None where .env names none."""
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
            said = redis_words(connection, url)
            if not said:
                problem = "closes the connection"
            elif not said.startswith("+"):
                problem = "answers %s" % (re.findall(r"^-([A-Z]+)", said) or ["something else than PONG"])[0]
    except ConnectionRefusedError:
        problem = "does not run: nothing listens there"
    except socket.timeout:
        problem = "does not answer within 2 s"
    except OSError as trouble:
        problem = "cannot be reached (%s)" % (trouble.strerror or "its name or certificate is wrong")
    return {"address": "%s:%d" % at, "problem": problem}
