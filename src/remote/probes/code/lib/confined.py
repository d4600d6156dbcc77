# Runs what builds a version without the site in reach, where the host allows it: no .env, no backups, no processes but its own, and
# nothing of the login or of any site to write to but what is being built. Needs core.py.

# The second unshare locks all mounts: what runs inside can't take one back, whatever namespaces it makes.
CONFINE = """
set -e
mount -t proc proc /proc
home=$1 sites=$2 root=$3 uid=$4 gid=$5 hide=$6 write=$7
shift 7
while [ "$hide" -gt 0 ]; do
  if [ -d "$1" ]; then mount -t tmpfs -o ro none "$1"; else mount --bind /dev/null "$1"; fi
  hide=$((hide - 1)); shift
done
# The flags of a mount that was there before have to stay: nosuid, nodev and so on.
flagged() { mount -o "remount,bind,$(findmnt -n -o VFS-OPTIONS --mountpoint "$2" | tail -n 1 | sed "s/^r[ow]/$1/")" "$2"; }
for folder in "$home" "$sites" "$root"; do mount --rbind "$folder" "$folder"; flagged ro "$folder"; done
while [ "$write" -gt 0 ]; do
  mount --bind "$1" "$1"; flagged rw "$1"
  write=$((write - 1)); shift
done
exec unshare --user --map-user="$uid" --map-group="$gid" --mount -- "$@"
"""

def out_of_reach():
    """Secrets and data of all sites beside this one too: they often have the same login. Also where programs ask systemd for more."""
    sites = os.path.dirname(ROOT)
    found = [ENV_FILE] + [path for name in (".env", "backups", ".rollback-bot/runs") for path in glob.glob(os.path.join(glob.escape(sites), "*", name))]
    found += ["/run/user"]
    return [path for path in dict.fromkeys(os.path.realpath(one) for one in found) if os.path.exists(path)]

def pip_cache():
    return os.environ.get("PIP_CACHE_DIR") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "pip")

def confining(writable):
    """What stands in front of a confined command."""
    hidden, sites = out_of_reach(), os.path.dirname(ROOT)
    closed = [os.path.realpath(folder) for folder in (os.path.expanduser("~"), ROOT if sites == "/" else sites, ROOT)]
    places = [os.path.realpath(path) for path in list(writable) + [pip_cache(), os.environ.get("TMPDIR") or "/tmp"] if os.path.isdir(path)]
    places = [path for path in places if any((path + "/").startswith(folder + "/") for folder in closed)]
    return (["unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", CONFINE, "confine",
             *closed, str(os.getuid()), str(os.getgid()), str(len(hidden)), str(len(places))] + hidden + places)

def confines(writable=()):
    """Whether this host can confine a build."""
    return run(confining(writable) + ["true"])[0] == 0
