# Runs a command with the site's .env, as systemd gives it to the site: PARAMETERS SETTINGS COMMAND... Needs env-file.py.
settings, command = sys.argv[2], sys.argv[3:]
variables = dict(site_env(), **({"DJANGO_SETTINGS_MODULE": settings} if settings else {}))
try:
    ended = subprocess.run(command, env=dict(os.environ, **variables)).returncode
except OSError as problem:
    print("%s: %s" % (command[0], problem.strerror))
    ended = 127
sys.exit(ended if ended >= 0 else 128 - ended)
