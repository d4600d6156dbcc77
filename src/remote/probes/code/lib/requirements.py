# Reads requirements as pip reads them: its "Requirements File Format", and PEP 508 for each requirement. A file is text and never
# run. Needs specifiers.py.
import codecs, optparse, posixpath, shlex, urllib.parse

COMMENT = re.compile(r"(^|\s+)#.*$")
REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)", re.S)
CLAUSE = re.compile(r"\s*(?:(===)\s*([^\s,;()]+)|(==|~=|!=|<=|>=|<|>)\s*([\w.*+!-]+))\s*")
WHEEL = re.compile(r"([^-/]+)-([^-/]+)(?:-\d[^-/]*)?-[^-/]+-[^-/]+-[^-/]+\.whl$")
ARCHIVE = re.compile(r"\.(?:tar\.gz|tar\.bz2|tar\.xz|tgz|zip)$")
# GitHub and GitLab name such a file by the ref.
REF_ARCHIVE = re.compile(r"/archive/(?:refs/(?:tags|heads)/)?(.+?)\.(?:tar\.gz|zip)$")
VCS = ("git", "hg", "svn", "bzr")
# Nobody writes longer ones, and reading them could take for ever.
LONGEST_LINE, LONGEST_REQUIREMENT = 50000, 4000
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))

class Options(optparse.OptionParser):
    """pip's options of a line. optparse reads them, as in pip, with all its ways of writing one."""
    def __init__(self):
        super().__init__(add_help_option=False)
        for names in (("-r", "--requirement"), ("-c", "--constraint"), ("-e", "--editable")):
            self.add_option(*names, action="append")
        for names in (("-i", "--index-url", "--pypi-url"), ("--extra-index-url",), ("-f", "--find-links"), ("--no-binary",), ("--only-binary",), ("--trusted-host",),
                      ("--use-feature",), ("--hash",), ("--global-option",), ("--install-option",), ("--build-option",), ("-C", "--config-settings")):
            self.add_option(*names, action="append")
        for name in ("--no-index", "--prefer-binary", "--require-hashes", "--pre"):
            self.add_option(name, action="store_true")
    def error(self, msg):
        raise ValueError(msg)

OPTIONS = Options()

def decoded(data):
    """The text of a file: by its byte order mark, by its coding comment, else UTF-8."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    found = re.search(rb"coding[:=]\s*([-\w.]+)", b"\n".join(data.split(b"\n")[:2]))
    try:
        return data.decode(found.group(1).decode() if found and data.lstrip().startswith(b"#") else "utf-8")
    except (LookupError, UnicodeDecodeError):
        return data.decode("utf-8", "replace")

def logical_lines(text):
    """Lines without comments, each joined with those that a backslash continues it with."""
    joined = []
    for line in text.splitlines():
        is_comment = COMMENT.match(line) is not None
        if line.endswith("\\") and not is_comment:
            joined.append(line.strip("\\"))
            continue
        yield "".join(joined + [" " + line if is_comment else line])
        joined = []
    if joined:
        yield "".join(joined)

def vcs_of(url):
    """(url without the ref, ref or None) of git+https://host/path@ref#egg=name."""
    if "://" not in url:
        url = re.sub(r"^(\w+\+)([^:]+):", r"\1ssh://\2/", url)
    kind, _, rest = url.partition("+")
    parts = urllib.parse.urlsplit(rest)
    path, at, ref = parts.path.rpartition("@")
    return urllib.parse.urlunsplit(parts._replace(path=path if at else parts.path, query=parts.query, fragment="")), (ref if at and ref else None)

def is_url(text):
    scheme = text.split(":", 1)[0].lower() if ":" in text else ""
    return scheme in ("http", "https", "ftp", "file") or scheme.split("+")[0] in VCS

class Requirement:
    """One requirement. `version`: exactly this one, `arbitrary`: compared by its text. `ref`: this ref of a repository, at `url`.
    `asked`: the versions that it asks for, as written. `path`: a directory of the project itself."""
    def __init__(self, name=None, extras="", version=None, arbitrary=False, asked="", url=None, ref=None, is_vcs=False, path=None):
        self.name, self.extras, self.version, self.arbitrary, self.asked = name and plain_name(name), extras, version, arbitrary, asked
        self.url, self.ref, self.is_vcs, self.path, self.marker = url, ref, is_vcs, path, None

    def pin(self):
        """The version or the ref that it pins. None: none."""
        return self.ref or self.version

def by_url(url, name=None, extras=""):
    fragment = urllib.parse.parse_qs(urllib.parse.urlsplit(url).fragment)
    egg = REQUIREMENT.match(fragment.get("egg", [""])[0])
    if name is None and egg:
        name, extras = egg.group(1), egg.group(2) or ""
    if url.lower().split("+")[0] in VCS:
        plain, ref = vcs_of(url)
        return Requirement(name, extras, url=plain, ref=ref, is_vcs=True)
    path = urllib.parse.unquote(urllib.parse.urlsplit(url).path if is_url(url) else url.split("#")[0])
    wheel = WHEEL.search(posixpath.basename(path))
    if wheel:
        return Requirement(wheel.group(1), extras, version=wheel.group(2), url=url)
    archive = REF_ARCHIVE.search(path)
    if archive:
        return Requirement(name, extras, ref=archive.group(1), url=url)
    base = ARCHIVE.sub("", posixpath.basename(path))
    file_name, _, version = base.rpartition("-")
    is_own = name is None or plain_name(file_name) == plain_name(name)
    if base != posixpath.basename(path) and is_own and version_key(version):
        return Requirement(name or file_name, extras, version=version, url=url)
    return Requirement(name, extras, url=url)

def specifier(name, extras, text):
    """A requirement by version. Errors: ValueError if pip would not take it."""
    text = text.strip()
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    version, arbitrary, at = None, False, 0
    while at < len(text):
        found = CLAUSE.match(text, at)
        if not found or (found.end() < len(text) and text[found.end()] != ","):
            raise ValueError("%s cannot be read" % (name + text)[:80])
        operator, wanted = (one for one in found.groups() if one is not None)
        if operator == "===" or operator == "==" and not wanted.endswith(".*"):
            version, arbitrary = wanted, operator == "==="
        at = found.end() + 1
    return Requirement(name, extras, version=version, arbitrary=arbitrary, asked=text)

def requirement(text, editable=False):
    """One requirement with its marker. Errors: ValueError if it cannot be read."""
    body, _, marker = text.partition("; " if is_url(text) else ";")
    body = body.strip()
    found = REQUIREMENT.fullmatch(body)
    if found and found.group(3).startswith("@"):
        one = by_url(found.group(3)[1:].strip(), found.group(1), found.group(2) or "")
    elif is_url(body):
        one = by_url(body)
    elif body.startswith(".") or "/" in body and not (found and found.group(3)[:1] in "=<>~!(") or editable:
        path, _, extras = body.split("#")[0].partition("[")
        one = by_url(path) if WHEEL.search(path) or ARCHIVE.search(path) else Requirement(extras=extras.rstrip("]"), path=path.strip())
    elif found:
        one = specifier(found.group(1), found.group(2) or "", found.group(3))
    else:
        raise ValueError("%s cannot be read" % body[:80])
    if "${" in (one.pin() or ""):
        raise ValueError("%s depends on a variable" % body[:80])
    one.marker = marker.strip() or None
    return one

def parsed(text):
    """(requirements, [(is it a constraint, path of a further file)], problems) of one file."""
    found, further, problems = [], [], []
    for line in logical_lines(text):
        line = COMMENT.sub("", line).strip() if len(line) <= LONGEST_LINE else "-" * LONGEST_LINE
        if not line:
            continue
        words = line.split(" ")
        first_option = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
        try:
            if len(" ".join(words[:first_option])) > LONGEST_REQUIREMENT or len(line) >= LONGEST_LINE:
                raise ValueError("a line is too long")
            if first_option == len(words):
                found.append(requirement(line))
                continue
            options, _ = OPTIONS.parse_args(shlex.split(" ".join(words[first_option:])))
            if first_option > 0:
                found.append(requirement(" ".join(words[:first_option])))
            elif options.editable:
                found += [requirement(one, editable=True) for one in options.editable]
            elif options.requirement or options.constraint:
                further.append((not options.requirement, (options.requirement or options.constraint)[0]))
        except ValueError as problem:
            problems.append(str(problem))
    return found, further, problems
