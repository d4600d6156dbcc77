import { existsSync } from 'node:fs';

/** The shells that may be /bin/sh on a host. */
export const SHELLS = ['/bin/dash', '/bin/bash'].filter((shell) => existsSync(shell));

/** For programs whose main paths have been run under all shells: /bin/sh is bash on few hosts, and the rest behaves the same. */
export const FIRST_SHELL = SHELLS.slice(0, 1);
