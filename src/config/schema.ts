import { isIP } from 'node:net';
import { z } from 'zod';
import { accounts, approval } from './approval/schema.ts';
import { rehearsal } from './rehearsal.ts';
import { stakeholders } from './stakeholders/schema.ts';
import {
  absolutePath,
  channel,
  duration,
  HOST_NAME,
  httpAddress,
  interval,
  people,
  readers,
  section,
  text,
  wholeNumber,
} from './values/schema-parts.ts';
import { secretHeader } from './values/secret-header.ts';

/** The shape of the configuration file. Every `error` is the text that a person reads after `should be`. */

const HOST_ADDRESS = /^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$/;
const REPOSITORY_PATH =
  /^(?!\.git(?:\/|$))(?:(?!\.{1,2}(?:\/|$))[A-Za-z0-9._-]+\/)*(?!-|\.{1,2}$)[A-Za-z0-9._-]+$/;
const BRANCH = /^(?!.*(?:\.\.|\/\/|\.lock$|\.$))[A-Za-z0-9_](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9._-])?$/;
/** Only transports that fetch: git would run a command for `ext::…`, and takes a leading dash for an option. */
const REPOSITORY =
  /^(?:(?:ssh|https|file):\/\/[A-Za-z0-9._~@:/%+-]+|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:[A-Za-z0-9._~/+-]+|\/[A-Za-z0-9._~/+-]+)$/;

const slug = text(
  /^[a-z][a-z0-9-]{0,40}$/,
  'a slug: a lower-case letter, then up to 40 lower-case letters, digits and dashes',
);

const name = z
  .string({ error: 'a name of 1 to 80 characters in one line' })
  .refine((value) => /^\P{C}{1,80}$/u.test(value) && value.trim() === value && value !== '', {
    error: 'a name of 1 to 80 characters in one line',
  });

const url = z
  .string({ error: 'an http or https address without a slash at the end' })
  .regex(/^https?:\/\/[^\s?#@\\]*[^\s/?#@\\]$/, {
    error: 'an http or https address without a slash at the end',
  })
  .refine((value) => URL.canParse(value), { error: 'an http or https address without a slash at the end' });

const address = text(HOST_ADDRESS, 'a host name or an IP address').refine(
  (value) => isIP(value) !== 0 || HOST_NAME.test(value.toLowerCase()),
  { error: 'a host name or an IP address' },
);

const port = wholeNumber(1, 65_535, 'a port number from 1 to 65535');

const backupMaxAge = duration(
  'smh',
  3_600_000,
  2_000 * 3_600_000,
  'a duration from 1h to 2000h, such as 26h',
);
const remind = duration('smhd', 10_000, 30 * 24 * 3_600_000, 'a duration from 10s to 30d, such as 12h or 3d');

const kept = wholeNumber(1, 100, 'a whole number from 1 to 100');

const timeZone = z
  .string({ error: 'a time zone such as Europe/London' })
  .refine((value) => /^[A-Za-z][\w+/-]{1,50}$/.test(value) && isTimeZone(value), {
    error: 'a time zone such as Europe/London',
  });

const unixUser = text(/^[a-z_][a-z0-9_-]{0,31}$/, 'a Unix user name such as deploy');

const fingerprint = text(
  /^SHA256:[A-Za-z0-9+/]{43}$/,
  'a host key fingerprint: SHA256: and 43 characters, as ssh-keygen -lf prints it',
);

const jumpHost = section({
  address: address.describe('Host name or IP address, as seen from the machine before it on the way.'),
  port: port.optional().describe('SSH port. Default: 22.'),
  user: unixUser.optional().describe("The user that the bot logs in as. Default: the host's user."),
  fingerprint: fingerprint.optional().describe('Pins the host key. Default: known_hosts decides.'),
});

const host = section({
  address: address.optional().describe('Host name or IP address that the bot connects to.'),
  port: port.optional().describe('SSH port. Default: 22.'),
  user: unixUser.optional().describe('The user that owns the site. Default: deploy.'),
  fingerprint: fingerprint.optional().describe('Pins the host key. Default: known_hosts decides.'),
  jump: z
    .array(jumpHost, { error: 'a list of the jump hosts on the way, starting at the bot' })
    .max(5, { error: 'a list of at most 5 jump hosts' })
    .optional()
    .describe('The jump hosts (bastions) on the way, starting at the bot. Default: none.'),
});

const smoke = section({
  connect: address
    .optional()
    .describe('The address that the smoke tests connect to. Name and certificate stay those of the url.'),
  login: section({
    user: text(/^\P{C}{1,150}$/u, 'a user name of 1 to 150 characters').describe(
      'A user of the admin who may only log in.',
    ),
    passwordFile: absolutePath.describe(
      'A file on the worker whose first line is the password. Other users must not be able to read it.',
    ),
  })
    .optional()
    .describe('Log in to the admin after a switch. Without it, the bot asks a person to.'),
  form: section({
    path: text(/^\/(?!\/)[A-Za-z0-9._~/-]{0,200}$/, 'a path such as /contact/').describe(
      'The page with the form.',
    ),
    fields: z
      .record(
        text(/^[A-Za-z_][\w.-]{0,63}$/, 'the name of a field'),
        text(/^[^\p{Cc}]{0,500}$/u, 'a text of at most 500 characters in quotes'),
        { error: 'a mapping of field names to texts' },
      )
      .optional()
      .describe('Fields to fill in besides name, email and message. The message marks the entry.'),
  })
    .optional()
    .describe('Send one marked entry after a switch. Without it, the bot asks a person to.'),
});

/** Every key of a site except its slug: what `defaults` may hold. Required keys may come from there, so none is required. */
const siteKeys = {
  name: name.optional().describe('What people call the site. Default: the slug in title case.'),
  environment: z
    .enum(['production', 'staging', 'dev'], { error: 'one of production, staging, dev' })
    .optional()
    .describe('Default: production.'),
  domain: text(HOST_NAME, 'a host name in lower case, such as acme-kitchens.example')
    .optional()
    .describe('The domain at which visitors reach the site.'),
  url: url.optional().describe('Where HTTP probes go. Default: https:// and the domain.'),
  smoke: smoke.optional().describe('What the smoke tests after a switch need to know.'),
  host: host.optional().describe('The host, and how the bot recognises it.'),
  root: absolutePath.optional().describe("The site's directory. Default: /srv/sum/ and the slug."),
  bin: absolutePath.optional().describe("The platform's scripts. Default: /srv/sum/bin."),
  settings: text(
    /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/,
    'a Python module such as acme_kitchens.settings.production',
  )
    .optional()
    .describe("Default: DJANGO_SETTINGS_MODULE of the site's .env."),
  channel: channel.optional().describe('Shows the runs. Default: the channel of the command.'),
  stakeholders: stakeholders
    .optional()
    .describe('Who reads in plain words that the site is down, and when it is back.'),
  requesters: people.optional().describe('Who may ask for a rollback. Empty: nobody.'),
  approvers: people.optional().describe('Who may approve one. Empty: nobody.'),
  operators: people.optional().describe('Who may press the other buttons of a run.'),
  escalation: people.optional().describe('Whom the bot also calls when a run needs a decision.'),
  readers: readers
    .optional()
    .describe('Who else may read about its runs. Default: members, which means every full member.'),
  paging: section({
    every: interval.optional().describe('How often the bot calls people until someone answers. Default: 5m.'),
    webhook: httpAddress.optional().describe('Also called, from the second call on, with JSON by POST.'),
    secret: secretHeader
      .optional()
      .describe(
        'One more header for the webhook, read from a file. A webhook of a site does not get that of `defaults`.',
      ),
  }).optional(),
  approval: approval.optional(),
  retention: section({
    safetyBackups: kept.optional().describe('How many of the newest safety backups to keep. Default: 3.'),
    environments: kept
      .optional()
      .describe('How many of the newest environments to keep besides the live one. Default: 3.'),
  })
    .optional()
    .describe("What the site's directory keeps so that runs can be undone."),
  readiness: section({
    enabled: z.boolean({ error: 'true or false' }).optional().describe('Check this site. Default: true.'),
    backupMaxAge: backupMaxAge.optional().describe('How old the newest usable backup may be. Default: 26h.'),
    prepare: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('Also build the environment of the version to go back to, aside. Default: true.'),
  })
    .optional()
    .describe("This site's nightly check, if the top-level key `readiness` switches the checks on."),
  rehearsal,
  followUps: section({
    remind: remind.optional().describe('The bot reminds people after this long without news. Default: 3d.'),
  }).optional(),
};

const records = section({
  repository: text(REPOSITORY, 'a git repository such as git@example.com:ops/platform.git')
    .refine((value) => !/^\w+:\/\/[^/]*:[^/]*@/.test(value), {
      error: 'a git repository without a password in it; give the bot a deploy key instead',
    })
    .describe('The repository that keeps the matrix and the incident log.'),
  branch: text(BRANCH, 'the name of a branch')
    .optional()
    .describe('The branch that people keep. Default: develop.'),
  rollingBranch: text(BRANCH, 'the name of a branch')
    .optional()
    .describe('The branch that the bot pushes to. Default: rollback-bot/records.'),
  matrix: text(REPOSITORY_PATH, 'a path inside the repository')
    .optional()
    .describe('Default: docs/ops-pack/loop-sites-matrix.md.'),
  incidents: text(REPOSITORY_PATH, 'a path inside the repository')
    .optional()
    .describe('Default: docs/ops-pack/what-broke-last-time.md.'),
  author: section({
    name: text(/^[^\p{C}<>]{1,80}$/u, 'a name of 1 to 80 characters without < and >').describe(
      'Default: rollback-bot.',
    ),
    email: text(/^[^\s<>]{1,80}@[^\s<>]{1,80}$/, 'an e-mail address').describe(
      'Default: rollback-bot@localhost.',
    ),
  })
    .optional()
    .describe("The author of the bot's commits."),
  pullRequest: section({
    command: z
      .array(text(/^[^\0]{1,2000}$/, 'a word of the command in quotes'), {
        error: 'a list of words: the program and its arguments',
      })
      .min(1, { error: 'a list of words: the program and its arguments' })
      .describe('Run after each push, without a shell. ROLLBACK_… variables hold the data of the run.'),
  })
    .optional()
    .describe('How the bot opens a pull request. Default: people open it.'),
});

const redis = section({
  allowUnfit: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Start even if Redis could lose the record. Only for trying the bot out. Default: false.'),
});

const readiness = section({
  at: text(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of day in quotes, such as "03:30"')
    .optional()
    .describe('When the checks begin. Default: 03:30.'),
  timeZone: timeZone.optional().describe('The time zone of `at`. Default: UTC.'),
  channel: channel.optional().describe('The channel for sites that have no channel of their own.'),
});

const defaults = section(siteKeys);
const site = section({ slug: slug.describe('The name of the site on its host.'), ...siteKeys });
const { environment: _, ...environmentKeys } = siteKeys;
const environment = section(environmentKeys);

export const configurationSchema = section({
  defaults: defaults.optional().describe('Any key of a site except its slug, for all sites.'),
  environments: section({
    production: environment.optional(),
    staging: environment.optional(),
    dev: environment.optional(),
  })
    .optional()
    .describe('Any key of a site except slug and environment, for all sites of one environment.'),
  accounts: accounts
    .optional()
    .describe('People with several Slack accounts: one list of user ids each. Each counts as one person.'),
  sites: z.array(site, { error: 'a list of sites' }).min(1, { error: 'a list with at least one site' }),
  records: records.optional(),
  redis: redis.optional(),
  readiness: readiness
    .optional()
    .describe('Check every night whether a rollback would work. Left out: no checks.'),
});

export type RawConfiguration = z.infer<typeof configurationSchema>;
export type RawSite = z.infer<typeof site>;
export type RawDefaults = z.infer<typeof defaults>;

/**
 * The JSON schema for editors. To write `docs/rollback.schema.json` again after a build: `node -e
 * "import('./dist/config/schema.js').then((m) => console.log(m.jsonSchema()))" > docs/rollback.schema.json`.
 */
export function jsonSchema(): string {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input' });
  return JSON.stringify({ ...schema, title: 'rollback-bot configuration' }, null, 2);
}

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
