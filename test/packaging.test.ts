import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CLOSE_THE_DOOR } from '../src/entry/doctor/redis-checks.ts';
import { EXIT_CONFIGURATION } from '../src/entry/parts/setup.ts';

const manifest = z
  .object({
    features: z.object({
      app_home: z.record(z.string(), z.boolean()),
      bot_user: z.object({ display_name: z.string() }),
      slash_commands: z.array(
        z.object({ command: z.string(), usage_hint: z.string(), should_escape: z.boolean() }),
      ),
    }),
    oauth_config: z.object({ scopes: z.record(z.string(), z.array(z.string())) }),
    settings: z.looseObject({
      interactivity: z.object({ is_enabled: z.boolean() }),
      socket_mode_enabled: z.boolean(),
    }),
  })
  .parse(parse(readFileSync('manifest.yml', 'utf8')));

const service = z.looseObject({
  command: z.array(z.string()),
  volumes: z.array(z.string()),
  healthcheck: z.object({ test: z.array(z.string()) }),
  env_file: z.string().optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
});
const compose = z
  .object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.unknown()) })
  .parse(parse(readFileSync('compose.yaml', 'utf8'), { merge: true }));

/** One instruction per line, with its continuation lines. */
const dockerfile = readFileSync('Dockerfile', 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .join('\n')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '');
const runtime = dockerfile.slice(dockerfile.findLastIndex((line) => line.startsWith('FROM ')));

test('the app asks Slack for exactly the rights that it uses', () => {
  expect(manifest.oauth_config.scopes).toEqual({
    bot: [
      'commands',
      'chat:write',
      'users:read',
      'users:read.email',
      'usergroups:read',
      'channels:read',
      'groups:read',
      'files:write',
    ],
  });
});

test('the app has one command, gets people as ids, and hears of clicks over a socket', () => {
  expect(manifest.features.slash_commands).toEqual([
    {
      command: '/rollback',
      usage_hint: '<site> <version> | status | history | sites | cancel <run> | undo <run> | help',
      should_escape: true,
    },
  ]);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
  expect(manifest.settings.socket_mode_enabled).toBe(true);
});

test('people can be answered directly, and have no tab in which nobody would answer them', () => {
  expect(manifest.features.app_home).toEqual({
    home_tab_enabled: false,
    messages_tab_enabled: true,
    messages_tab_read_only_enabled: true,
  });
});

test('the app subscribes to no events', () => {
  expect(manifest.settings).not.toHaveProperty('event_subscriptions');
});

test('every stage of the image is built on one Node 24, which can be named by its digest, and what builds is not what runs', () => {
  const stages = dockerfile.filter((line) => line.startsWith('FROM '));

  expect(dockerfile[0]).toBe('ARG NODE_IMAGE=node:24-bookworm-slim');
  expect(stages).toEqual([
    `FROM \${NODE_IMAGE} AS build`,
    `FROM \${NODE_IMAGE} AS dependencies`,
    `FROM \${NODE_IMAGE} AS runtime`,
  ]);
  for (const name of ['bot', 'worker'])
    expect(compose.services[name]).toMatchObject({
      build: { context: '.', args: { NODE_IMAGE: `\${NODE_IMAGE:-node:24-bookworm-slim}` } },
    });
  expect(compose.services['redis']).toMatchObject({ image: `\${REDIS_IMAGE:-redis:7.4-bookworm}` });
  expect(runtime).toContain('COPY --from=build /app/dist ./dist');
});

test('no install script of a dependency runs, and the image has no tools of development', () => {
  const installs = dockerfile.filter((line) => line.includes('npm ci') || line.includes('npm install'));

  expect(installs.every((line) => line.includes('npm ci') && line.includes('--ignore-scripts'))).toBe(true);
  expect(installs.at(-1)).toContain('--omit=dev');
  expect(runtime).toContain('COPY --from=dependencies /app/node_modules ./node_modules');
});

const install = readFileSync('docs/install.md', 'utf8');

/** The blocks of a page that people paste. */
function commandsOf(page: string): readonly string[] {
  return page.split('```').filter((_, index) => index % 2 === 1);
}

test('whatever a page or a script installs runs no install script, and nothing of development stays', () => {
  const installs = [
    ...commandsOf(install)
      .join('\n')
      .matchAll(/npm (?:ci|install|i|prune)\b[^&\n]*/g),
  ].map(([text]) => text);
  const words = installs.map((text) => text.split(' ').slice(0, 2).join(' '));

  // Once for the installation, once for an update.
  expect(words).toEqual(['npm ci', 'npm prune', 'npm ci', 'npm prune']);
  expect(installs.filter((text) => !text.includes('--ignore-scripts'))).toEqual([]);
  expect(installs.filter((text) => text.startsWith('npm prune') && !text.includes('--omit=dev'))).toEqual([]);
  expect(readFileSync('.npmrc', 'utf8')).toContain('\nignore-scripts=true\n');
});

/** With `ignore-scripts` npm runs none of these, and says nothing. */
test('no script of this repository hangs on another one', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync('package.json', 'utf8')));
  const names = Object.keys(scripts);

  expect(names.filter((name) => names.some((one) => name === `pre${one}` || name === `post${one}`))).toEqual(
    [],
  );
  expect(names.filter((name) => /^(?:pre|post)?(?:install|prepare|publish)/.test(name))).toEqual([]);
});

test('root runs nothing of the packages: another user fetches and builds them', () => {
  const blocks = commandsOf(install).filter((block) => block.includes('npm ci'));

  expect(blocks).toHaveLength(2);
  for (const block of blocks)
    expect(block.split('npm ci')[0]).toContain('\nrunuser -l rollback-build -s /bin/bash\n');
});

test('doctor and the installation page say the same about the password of Redis', () => {
  expect(install).toContain(`\n${CLOSE_THE_DOOR}\n`);
});

test('the image does not run as root', () => {
  expect(runtime.filter((line) => line.startsWith('USER '))).toEqual(['USER 1000:1000']);
});

test('the image starts the program without a shell, and says whether it is alive', () => {
  const [healthcheck] = runtime.filter((line) => line.startsWith('HEALTHCHECK '));

  expect(runtime.at(-1)).toBe('CMD ["node", "dist/entry/cli.js", "start"]');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the container's own template, as it is written in the file
  expect(healthcheck).toContain('fetch(`http://127.0.0.1:${process.env.METRICS_PORT}/healthz`)');
  expect(runtime.join('\n')).toMatch(/METRICS_PORT=\d+/);
});

test('rollback-bot is a command in the image', () => {
  expect(runtime).toContain('RUN ln -s /app/dist/entry/cli.js /usr/local/bin/rollback-bot');
});

test('the build context holds nothing but what the image needs', () => {
  const lines = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '');

  expect(lines.find((line) => !line.startsWith('#'))).toBe('*');
  expect(lines.some((line) => /^!.*(env|secret|rollback\.yml|\.git$)/.test(line))).toBe(false);
});

test('Redis keeps every write and never evicts', () => {
  const command = compose.services['redis']?.command.join(' ');

  expect(command).toContain('--appendonly yes');
  expect(command).toMatch(/--appendfsync (always|everysec)/);
  expect(command).toContain('--maxmemory-policy noeviction');
  expect(compose.services['redis']?.volumes).toEqual(['redis:/data', './redis.acl:/etc/redis.acl:ro']);
  expect(compose.volumes).toHaveProperty('redis');
});

test('Redis lets in nobody without the password, which only .env holds', () => {
  const word = `\${REDIS_PASSWORD:?put it into .env, see docs/install.md}`;

  for (const name of ['bot', 'worker'])
    expect(compose.services[name]).toMatchObject({
      environment: { REDIS_URL: `redis://rollback:${word}@redis:6379` },
    });
  expect(compose.services['redis']).toMatchObject({ environment: { REDIS_PASSWORD: word } });
  expect(compose.services['redis']?.command.join(' ')).toContain('--aclfile ');
});

test('no port is published, least of all that of Redis', () => {
  for (const one of Object.values(compose.services)) expect(one).not.toHaveProperty('ports');
});

test.each(['bot', 'worker'])('the %s waits for Redis, and can only read its secrets', (name) => {
  const one = compose.services[name];

  expect(one?.command).toEqual(['node', 'dist/entry/cli.js', name]);
  expect(one?.env_file).toBe('.env');
  expect(one?.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  expect(one?.volumes.every((volume) => volume.endsWith(':ro'))).toBe(true);
  expect(one).toMatchObject({ read_only: true, cap_drop: ['ALL'], restart: 'unless-stopped' });
});

test('only the worker sees the private key, and finds it and the files of the configuration in one place', () => {
  const seeing = Object.entries(compose.services).filter(([, { volumes }]) =>
    volumes.some((volume) => volume.startsWith('./secrets:')),
  );

  expect(seeing.map(([name]) => name)).toEqual(['worker']);
  expect(compose.services['worker']).toMatchObject({
    volumes: ['./rollback.yml:/etc/rollback-bot/rollback.yml:ro', './secrets:/secrets:ro'],
    environment: {
      SSH_PRIVATE_KEY_FILE: '/secrets/id_ed25519',
      SSH_KNOWN_HOSTS_FILE: '/secrets/known_hosts',
    },
  });
});

test('every service says whether it is healthy', () => {
  expect(Object.keys(compose.services)).toEqual(['bot', 'worker', 'redis']);
  for (const one of Object.values(compose.services)) expect(one.healthcheck.test[0]).toBe('CMD');
});

const PAGES = [
  'README.md',
  ...readdirSync('docs').flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
];

test.each(PAGES)(
  'no variable in %s has a comment behind its value, which systemd takes for a part of it',
  (page) => {
    const variables = readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z][A-Z_]+=/.test(line));

    expect(variables.filter((line) => line.includes('#'))).toEqual([]);
  },
);

test('the service of the installation page names nothing that an earlier line has not made', () => {
  const [before = '', unit = ''] = install.split('```ini\n');

  for (const [, path = ''] of unit.split('```')[0]?.matchAll(/=(\/\S+)/g) ?? [])
    expect(before).toContain(path);
  expect(before).toContain('useradd --system --create-home --home-dir /var/lib/rollback-bot');
  expect(before).toContain('ln -s /opt/rollback-bot/dist/entry/cli.js /usr/local/bin/rollback-bot\n');
  expect(unit).toContain('User=rollback-bot\n');
});

test('the service is not started again where its configuration is wrong', () => {
  expect(install).toContain(`\nRestartPreventExitStatus=${EXIT_CONFIGURATION}\n`);
});

test('the license is MIT', () => {
  expect(readFileSync('LICENSE', 'utf8')).toMatch(
    /^MIT License\n\nCopyright \(c\) 2026 rollback-bot maintainers\n/,
  );
});
