import { codeOnly, type HostExpected, type Row, refused } from './row.ts';

const site = 'birch-bakery';

const BACK: HostExpected = {
  version: 'v0.5.0',
  sumCore: '0.5.0',
  health: 200,
  leads: 15,
  lastMigration: '0002_phone_featured',
  form: 'works',
};

/** What the login's own surroundings do to answers: nothing, or the bot says what stands in the way. */
export const LOGIN: readonly Row[] = [
  {
    site,
    name: 'the code, although the login greets everyone who comes',
    prepared: 'bashrc-prints',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'ansible#2268, mscdex/ssh2#509, soravux/scoop#53: bash reads ~/.bashrc for commands of sshd, and theirs prints',
  },
  {
    site,
    name: 'the code to its end, whatever start-up files print, set, define and change',
    prepared: 'bashrc-meddles',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0', 'Health: *200 ok*'),
    played: { end: 'back', after: BACK },
    why: 'man bash (BASH_ENV, exported functions), git(1), libpq, pip and curl list what the environment and ~/.curlrc change; none of it is the site’s',
  },
  {
    site,
    name: 'what the login ran instead of the command',
    prepared: 'bashrc-starts-another-shell',
    asks: 'v0.5.0',
    expected: refused('host-errored', 'did not run the bot', 'exec: fish: not found', '~/.bashrc'),
    why: 'fish-shell#8036: start-up files that replace the shell; here fish is gone, and nothing after it runs',
  },
  {
    site,
    name: 'the code, whatever git is configured to show',
    prepared: 'git-configured',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'git-config(1): settings of log, status, color, column, diff, submodule and hooks that change what porcelain prints',
  },
  {
    site,
    name: 'the code although live is signed, and git shows signatures',
    prepared: 'git-shows-signatures',
    asks: 'v0.5.0',
    expected: codeOnly('Start', 'v0.5.0'),
    why: 'git-tools#80, ghostty#11094, openwrt#14650, desktop#5477: log.showSignature prints in front of what --format asked for',
  },
  {
    site,
    name: 'that sudo wants a terminal, and the line that ends that',
    prepared: 'sudo-wants-a-terminal',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'you must have a tty to run sudo', 'Defaults:deploy !requiretty'),
    why: 'ansible-role-blackfire#15, rundeck#3475, deployer#953: Defaults requiretty, all rights are there',
  },
  {
    site,
    name: 'that sudo has lost its bit',
    prepared: 'sudo-without-its-bit',
    asks: 'v0.5.0',
    expected: refused('rights-missing', 'must be owned by uid 0', 'chmod 4755 /usr/bin/sudo'),
    why: 'konstruktoid/hardening#544, pavois#126: a hardening took the bit from /usr/bin/sudo; sudo says so in its own sentence',
  },
  {
    site,
    name: 'that Python is missing',
    prepared: 'python-missing',
    asks: 'v0.5.0',
    expected: refused('host-errored', 'python3 is missing on the host', 'apt-get install python3'),
    why: 'ansible#44231: a missing Python is reported as an error of the connection',
  },
];
