# Reads each case in two ways: with the bot's own reader, whose libraries stand in front of this file, and with pip itself.
# stdin: {name of the case: {path: text as latin-1}}. stdout: {name: {"ours": …, "pip": …}}.
import tempfile, warnings

warnings.simplefilter("ignore")

def ours_of(folder):
    pins = pins_in(folder, folder)
    lines = [(one.name, one.version if not one.ref else None, one.ref, holds) for rank, one, holds in pins.found if rank == BY_FILE and one.name]
    return {"found": sorted(map(str, lines)), "core": pins.core()[:2], "problems": pins.problems, "exact": pins.exact(), "vcs": pins.vcs()}

def pips_of(folder):
    from pip._internal.network.session import PipSession
    from pip._internal.req.constructors import install_req_from_parsed_requirement
    from pip._internal.req.req_file import parse_requirements
    lines = []
    SESSION.append(SESSION[0] if SESSION else PipSession())
    for parsed_line in parse_requirements(os.path.join(folder, "requirements.txt"), session=SESSION[0]):
        one = None if parsed_line.constraint else install_req_from_parsed_requirement(parsed_line)
        if one is None or one.req is None:
            continue
        version = ref = None
        link = one.link or one.original_link
        if link and link.scheme == "file" or not link and any(version_key(clause.version.replace(".*", "")) is None for clause in one.req.specifier):
            raise ValueError("only an old pip takes a version that is none, and no pip a file that is not there")
        if link and link.is_vcs:
            path = urllib.parse.urlsplit(link.url_without_fragment.split("+", 1)[1]).path
            ref = path.rsplit("@", 1)[1] if "@" in path else None
        elif link and link.is_wheel:
            version = link.filename.split("-")[1]
        elif not link:
            version = next((clause.version for clause in one.req.specifier if clause.operator in ("==", "===") and not clause.version.endswith(".*")), None)
        lines.append((plain_name(one.req.name), version, ref, one.match_markers()))
    return {"found": sorted(map(str, lines))}

SESSION, answers = [], {}
for name, files in json.load(sys.stdin).items():
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "wb") as file:
                file.write(text.encode("latin-1"))
        was = os.getcwd()
        os.chdir(folder)
        try:
            pips = pips_of(folder)
        except ImportError:
            pips = None
        except (Exception, SystemExit) as problem:
            pips = {"error": type(problem).__name__}
        os.chdir(was)
        answers[name] = {"ours": ours_of(folder), "pip": pips}
print(json.dumps(answers))
