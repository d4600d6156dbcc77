# What a restore has to know of the live database. What does it have beside rows, and what of that does no dump bring back? Which
# roles, extensions and tablespaces are here? And what may others do? That is kept as statements in the run's directory, for the
# copy of the backup to carry over.
TAKEN = """
SELECT coalesce(json_agg(label ORDER BY label), '[]') FROM (
  SELECT format('subscription %s: table %s', s.subname, c.relname) AS label
  FROM pg_subscription_rel r JOIN pg_subscription s ON s.oid = r.srsubid JOIN pg_class c ON c.oid = r.srrelid
  WHERE pg_get_userbyid(c.relowner) = current_user
  UNION ALL SELECT format('statistics %s of %s', e.stxname, pg_get_userbyid(e.stxowner))
  FROM pg_statistic_ext e JOIN pg_class c ON c.oid = e.stxrelid
  WHERE pg_get_userbyid(c.relowner) = current_user AND pg_get_userbyid(e.stxowner) <> current_user
  UNION ALL SELECT format('event trigger %s of %s', t.evtname, pg_get_userbyid(t.evtowner))
  FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid
  WHERE pg_get_userbyid(p.proowner) = current_user AND pg_get_userbyid(t.evtowner) <> current_user
  UNION ALL SELECT format('default privileges that %s gives to %s', pg_get_userbyid(d.defaclrole), current_user)
  FROM pg_default_acl d, aclexplode(d.defaclacl) a
  WHERE pg_get_userbyid(a.grantee) = current_user AND pg_get_userbyid(d.defaclrole) <> current_user
  UNION ALL SELECT format('security label of %s on %s', l.provider, l.objname) FROM pg_seclabels l
  WHERE l.objtype IN ('table', 'column', 'sequence', 'view', 'function')
  LIMIT 200) AS taken
"""

def asked(sql):
    code, out, err = psql(sql)
    if code != 0:
        stop("the database did not say what it has", err)
    return json.loads(out)

def keep_rights(statements):
    folder = os.path.join(RUNS, PARAMETERS["run"])
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with open(os.path.join(folder, "rights"), "w") as text:
        json.dump(statements, text)

known = asked(ask_server(PARAMETERS["roles"], PARAMETERS["extensions"]))
known_server = filter_of(known)
server = Server(PARAMETERS["leftAlone"], **known_server)
own, others, rights = Objects(), Objects(), []
for part in live_schema():
    if part.kind != "statement":
        continue
    found = subject(part)
    if is_right(part):
        if left_out(part, server) is None:
            rights.append(b" ".join(token.text for token in part.tokens).decode("utf-8", "replace"))
    elif found is None or (found[0], found[2]) not in server.left_alone:
        own.created(part)
    elif found[0] == "publication" and verb(part) == "ALTER":
        # The publication stays, but its tables are new ones after a restore.
        others.created(part)
keep_rights(rights)
answer({"server": known_server, "extensions": known["extensions"], "objects": sorted(label for label in own.labels if not label.startswith(OF_TABLES)),
        "taken": sorted(others.labels | set(asked(TAKEN)))})
