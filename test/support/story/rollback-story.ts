import { type Message, plainText } from '../../../sandbox/slack/local-slack.ts';
import { siteUrl, type TestSite } from '../fakes/inventory.ts';
import type { TestHost } from '../host/test-host.ts';
import { ALICE, BOB, OPS, type Product, STATUS } from '../product/product.ts';

/** Building an environment takes seconds, and many on a busy machine. */
const LOOK_MS = 120_000;
const SWITCH_MS = 180_000;

/** Types a command as Alice and waits for the card. */
export async function cardFor(product: Product, command: string): Promise<Message> {
  const { slack } = product;
  const since = slack.mark();
  await slack.as(ALICE).command(OPS, command);
  const message = await slack.waitForMessage(
    (one) =>
      one.channel === OPS &&
      (/\[(Approve|Start)\]/.test(plainText(one)) ||
        (one.ephemeralFor === ALICE && plainText(one).includes(':no_entry:'))),
    { timeoutMs: LOOK_MS, since },
  );
  if (!/\[(Approve|Start)\]/.test(plainText(message))) throw new Error(`no card came: ${plainText(message)}`);
  return message;
}

/** Types a command as Alice and waits for the refusal, which only she sees. */
export async function refusalFor(product: Product, command: string): Promise<string> {
  const { slack } = product;
  const since = slack.mark();
  await slack.as(ALICE).command(OPS, command);
  const message = await slack.waitForMessage(
    (one) => one.ephemeralFor === ALICE && plainText(one).includes(':no_entry:'),
    {
      timeoutMs: LOOK_MS,
      since,
    },
  );
  return plainText(message);
}

/** Clicks as one person and returns the answer that only that person sees. */
export async function click(product: Product, person: string, card: Message, label: string): Promise<string> {
  const { slack } = product;
  const since = slack.mark();
  await slack.as(person).click(card, label, { confirm: true, force: true });
  const answer = await slack.waitForMessage((one) => one.ephemeralFor === person, {
    timeoutMs: 60_000,
    since,
  });
  return plainText(answer);
}

/** The message at the end or at the stop of the newest run. */
export async function endingSince(product: Product, since: number): Promise<string> {
  const message = await product.slack.waitForMessage(
    (one) =>
      one.channel === OPS &&
      one.threadTs === undefined &&
      /is back$|checks failed$|needs a decision$|was put back$|was taken back$|nothing was changed$|was denied by/m.test(
        plainText(one).split('\n')[0] ?? '',
      ),
    { timeoutMs: SWITCH_MS, since },
  );
  return plainText(message);
}

/** Approves as Bob or starts as Alice, as the card asks, and waits for the end. */
export async function goAhead(product: Product, card: Message): Promise<string> {
  const since = product.slack.mark();
  const [person, label] = plainText(card).includes('[Approve]') ? [BOB, 'Approve'] : [ALICE, 'Start'];
  await click(product, person, card, label);
  return endingSince(product, since);
}

export interface Running {
  readonly health: number;
  readonly head: string;
  /** The working directory of the gunicorn process, from the kernel. */
  readonly cwd: string;
  /** Seconds since the epoch. */
  readonly startedAt: number;
  readonly checkedOutAt: number;
  /** The version, or the commit if it was installed from a repository. */
  readonly sumCore: string;
}

/** What really runs, read from outside and as root, without asking the product or the site. */
export async function whatRuns(host: TestHost, slug: TestSite): Promise<Running> {
  const root = `/srv/sum/${slug}`;
  const facts = await host.shell(`
    pid=$(systemctl show sum-${slug}-gunicorn.service --value -p MainPID)
    git -c safe.directory='*' -C ${root}/app rev-parse HEAD
    readlink /proc/$pid/cwd
    awk -v hz=$(getconf CLK_TCK) -v boot=$(awk '/btime/{print $2}' /proc/stat) '{printf "%.2f\\n", boot + $22 / hz}' /proc/$pid/stat
    stat -c %Y ${root}/app/.git/HEAD
    cd ${root}/venv/lib/python3*/site-packages && (grep -o '"commit_id": "[0-9a-f]*"' sum_core-*.dist-info/direct_url.json 2>/dev/null || ls -d sum_core-*.dist-info)`);
  const [head = '', cwd = '', startedAt = '', checkedOutAt = '', core = ''] = facts.split('\n');
  const health = await fetch(`${siteUrl(host, slug)}/health/`);
  return {
    health: health.status,
    head,
    cwd,
    startedAt: Number(startedAt),
    checkedOutAt: Number(checkedOutAt),
    sumCore: /[0-9a-f]{40}/.exec(core)?.[0] ?? /sum_core-(.*)\.dist-info/.exec(core)?.[1] ?? core,
  };
}

/** The journal of a run on the host: the names of its steps in the order in which they began. */
export async function stepsOnHost(host: TestHost, slug: TestSite, run: string): Promise<readonly string[]> {
  const journal = await host.shell(`cat /srv/sum/${slug}/.rollback-bot/runs/${run}/journal`);
  return journal
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, kind]) => kind === 'begin')
    .map(([, , name]) => name ?? '');
}

/** From the first stop to the first healthy answer, in milliseconds of the host's clock. */
export async function downtimeOnHost(host: TestHost, slug: TestSite, run: string): Promise<number> {
  const journal = await host.shell(`cat /srv/sum/${slug}/.rollback-bot/runs/${run}/journal`);
  const lines = journal.split('\n').map((line) => line.split('\t'));
  const at = (kind: string, name: string) =>
    Number(lines.find((line) => line[1] === kind && line[2] === name)?.[0]);
  return at('end', 'healthy') - at('begin', 'stop');
}

/** What the stakeholders could read: the notices and their threads. */
export function stakeholdersRead(product: Product): readonly string[] {
  const { slack } = product;
  return slack
    .messages(STATUS)
    .filter(({ threadTs, ts }) => threadTs === undefined || threadTs === ts)
    .flatMap((notice) => [plainText(notice), ...slack.thread(STATUS, notice.ts).map(plainText)]);
}

/** Resolves when the program of a run has begun on the host. */
export async function begunOnHost(host: TestHost, slug: TestSite, run: string): Promise<void> {
  await host.shell(`until [ -e /srv/sum/${slug}/.rollback-bot/runs/${run}/started ]; do sleep 0.02; done`);
}

/** Whether the program of a run has ended. */
export async function endedOnHost(host: TestHost, slug: TestSite, run: string): Promise<boolean> {
  return (
    (await host.shell(`[ -e /srv/sum/${slug}/.rollback-bot/runs/${run}/result ] && echo yes || echo no`)) ===
    'yes'
  );
}

/**
 * Freezes the program of a run as soon as it has written that a step began. Returns the step that it froze in, which is a
 * later one if the program was too quick.
 */
export async function frozenIn(host: TestHost, slug: TestSite, run: string, step: string): Promise<string> {
  return host.run('python3', '-c', FREEZE, `/srv/sum/${slug}/.rollback-bot/runs/${run}`, step);
}

const FREEZE = `
import os, signal, sys, time
run, step = sys.argv[1:]
journal = run + '/journal'
def begun():
    try:
        lines = open(journal).read().splitlines()
    except FileNotFoundError:
        return []
    return [line.split('\\t')[2] for line in lines if line.split('\\t')[1] == 'begin']
until = time.monotonic() + 60
while step not in begun() and time.monotonic() < until:
    time.sleep(0.001)
for pid in filter(str.isdigit, os.listdir('/proc')):
    try:
        words = open(f'/proc/{pid}/cmdline').read().split('\\0')
        if run in words and int(pid) != os.getpid():
            os.kill(int(pid), signal.SIGSTOP)
    except (FileNotFoundError, ProcessLookupError):
        pass
print((begun() or ['none'])[-1])
`;
