import type { TestSite } from '../fakes/inventory.ts';
import type { TestHost } from './test-host.ts';

/** The name of the file in which the build back-end of such a commit says that it ran. */
const RAN = 'backend-ran';

const GIT = 'git -c user.name="Mallory Jones" -c user.email=mallory@example.test';

/** A build back-end inside the tree: pip imports it, so its code runs as soon as somebody installs the requirements. */
const BACKEND = `import glob, os, zipfile

here = os.path.dirname(os.path.abspath(__file__))
def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""

def writes(folder):
    try:
        with open(os.path.join(folder, "written-by-a-build"), "w"):
            return True
    except OSError:
        return False

# What code of a build can reach: secrets, data, processes, and places that others run code from.
site = here.split("/.rollback-bot/")[0]
reached = {
    "env": any(read(path) for path in glob.glob(os.path.dirname(site) + "/*/.env")),
    "backups": glob.glob(site + "/backups/*") != [],
    "processes": any(b"gunicorn" in read(path) for path in glob.glob("/proc/[0-9]*/cmdline")),
    "environ": any(b"SECRET_KEY" in read(path) for path in glob.glob("/proc/[0-9]*/environ")),
    "home": writes(os.path.expanduser("~")),
    "site": writes(site) or writes(site + "/app"),
    "bot": writes(site + "/.rollback-bot/programs"),
}
with open(os.path.join(here, "${RAN}"), "a") as mark:
    mark.write(" ".join(sorted(name for name, can in reached.items() if can)) + "\\n")

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = "pushed_lib-1.0-py3-none-any.whl"
    info = "pushed_lib-1.0.dist-info"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as wheel:
        wheel.writestr("pushed_lib.py", "")
        wheel.writestr(info + "/METADATA", "Metadata-Version: 2.1\\nName: pushed-lib\\nVersion: 1.0\\n")
        wheel.writestr(info + "/WHEEL", "Wheel-Version: 1.0\\nGenerator: pushed\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "/RECORD", "pushed_lib.py,,\\n" + info + "/METADATA,,\\n" + info + "/WHEEL,,\\n" + info + "/RECORD,,\\n")
    return name
`;

/** Somebody pushes a branch that nobody reviews: v0.5.0 with such a back-end. Returns its commit. */
export function pushUnreviewed(host: TestHost, slug: TestSite, branch: string): Promise<string> {
  return host.shell(`
    folder=$(runuser -u deploy -- mktemp -d)
    runuser -u deploy -- env HOME=/home/deploy bash -e <<SCRIPT
cd $folder
git clone -q /srv/git/${slug}.git pusher && cd pusher
git checkout -q -b ${branch} v0.5.0
mkdir pushed-lib
cat > pushed-lib/backend.py <<'BACKEND'
${BACKEND}BACKEND
printf '%s\\n' '[build-system]' 'requires = []' 'build-backend = "backend"' 'backend-path = ["."]' > pushed-lib/pyproject.toml
echo ./pushed-lib >> requirements.txt
${GIT} add -A && ${GIT} commit -qm 'Make it faster'
git push -q origin ${branch}
git rev-parse HEAD
SCRIPT
    rm -r $folder`);
}

/** Whether code of such a commit has run on the host. */
export async function hasRun(host: TestHost, slug: TestSite): Promise<boolean> {
  const marks = await host.shell(`find /srv/sum/${slug} -name ${RAN}`);
  return marks.trim() !== '';
}

/** What the back-end could reach, each time that it ran. */
export async function reached(host: TestHost, slug: TestSite): Promise<readonly string[]> {
  const said = await host.shell(`cat $(find /srv/sum/${slug} -name ${RAN})`);
  return [...new Set(said.split('\n').map((line) => line.trim()))];
}

/** Whether anything of the commit is on the host beyond the repository's own objects. */
export async function isCheckedOut(host: TestHost, slug: TestSite, commit: string): Promise<boolean> {
  return (
    (await host.shell(`ls -d /srv/sum/${slug}/.rollback-bot/*/${commit}* 2>/dev/null || true`)).trim() !== ''
  );
}
