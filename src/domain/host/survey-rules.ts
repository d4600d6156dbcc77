import { SPACE_FLOOR } from '../database/facts.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { Site } from '../site/site.ts';
import { unreadableRefusal } from './environment-file.ts';
import { grantText, type SudoersSite } from './sudoers.ts';
import type { Survey } from './survey.ts';
import { unitRefusal } from './unit-rules.ts';

/** What the rules need to know of the site. Commands for people are made of this, and not of what a host says. */
export type SurveyedSite = SudoersSite & Pick<Site, 'root'>;

/** Does the host allow a rollback at all? The first refusal counts. */
export function surveyRefusal(survey: Survey, site: SurveyedSite): Refusal | null {
  return accessRefusal(survey, site) ?? stateRefusal(survey, site);
}

function accessRefusal(survey: Survey, site: SurveyedSite): Refusal | null {
  const { owner, hostname, missingTools, missingRights, units, environmentFile, systemctl } = survey;
  const { user } = site.host;
  if (survey.user !== owner)
    return refusal(
      'host-wrong-user',
      `The bot logs in to ${hostname} as ${survey.user}, but the site belongs to ${owner}.`,
      `Set host.user to ${owner} and add the bot's key to that account.`,
    );
  if (missingTools.length > 0)
    return refusal(
      'tools-missing',
      `${hostname} lacks ${missingTools.join(', ')}.`,
      'Install what is missing and ask again.',
    );
  if (survey.endsProgramsAtLogout)
    return refusal(
      'host-unsupported',
      `${hostname} kills every program of ${user} when a connection closes, so the switch would die halfway.`,
      `Set KillExcludeUsers=root ${user} in /etc/systemd/logind.conf and restart systemd-logind.`,
    );
  if (!units.some((unit) => unit.kind === 'gunicorn') && !survey.starts.some(isGunicorn))
    return refusal(
      'host-unsupported',
      `${hostname} has no gunicorn unit for this site.`,
      'Check the slug and the host in the configuration.',
    );
  if (survey.sudoProblem !== null)
    return refusal(
      'rights-missing',
      `On ${hostname}, sudo doesn't work for ${user}. It says: ${survey.sudoProblem}.`,
      sudoRemedy(survey.sudoProblem, user),
    );
  if (missingRights.length > 0)
    return refusal(
      'rights-missing',
      `On ${hostname}, ${user} may not run with sudo: ${missingRights.join(', ')}.`,
      grantText(site, { systemctl, missing: missingRights }),
    );
  return unreadableRefusal(environmentFile, site.root) ?? unitRefusal(survey, site) ?? programRefusal(survey);
}

function isGunicorn({ name }: { readonly name: string }): boolean {
  return name.endsWith('-gunicorn.service');
}

/** What the units start, and where gunicorn listens. */
function programRefusal({ units, wrappers, bind, movesTo }: Survey): Refusal | null {
  const wrapped = units.find(({ name }) => wrappers.includes(name));
  if (wrapped)
    return refusal(
      'host-unsupported',
      `${wrapped.name} starts its program through ${wrapped.foreignExecutable}, so the bot can't tell from which environment it runs.`,
      `Write the program in the site's venv/bin into ExecStart=. Or put exec in front of it, start the unit, and ask again: then its process shows what runs.`,
    );
  const foreign = units.find((unit) => unit.foreignExecutable !== null);
  if (foreign)
    return refusal(
      'host-unsupported',
      `${foreign.name} starts ${foreign.foreignExecutable}, which is not in the site's venv. Switching the environment would change nothing.`,
      "Make the unit start its program from the site's venv/bin, or roll back by hand.",
    );
  if (movesTo.length > 0)
    return refusal(
      'host-unsupported',
      `gunicorn ${bind === null ? 'listens somewhere else' : `listens on ${bind}`}, but its configuration was changed since it started: after a restart it would listen on ${movesTo.join(' and ')}.`,
      'Correct the bind in its configuration (ExecStart, gunicorn.conf.py, GUNICORN_CMD_ARGS or PORT), or restart it and check that the web server finds it. Then ask again.',
    );
  if (bind === null)
    return refusal(
      'host-unsupported',
      "Can't tell which address gunicorn listens on.",
      'Give the unit an explicit --bind and ask again.',
    );
  return null;
}

/** What makes sudo work again, for the reasons that hosts are known to have. */
function sudoRemedy(problem: string, user: string): string {
  // Later lines of sudoers count, and a file's name decides where its lines stand.
  if (/must have a tty/.test(problem))
    return `sudo asks for a terminal there, and the bot has none. Add to sudoers (visudo -f /etc/sudoers.d/zz-rollback-bot):\nDefaults:${user} !requiretty`;
  if (/setuid bit|owned by uid 0/.test(problem))
    return 'Give sudo back to root, as root on the host: chown root:root /usr/bin/sudo && chmod 4755 /usr/bin/sudo. Then ask again.';
  if (/expired|account validation|locked/i.test(problem))
    return `The account of ${user} is locked or expired there. Look at it, as root on the host: chage -l ${user}; passwd -S ${user}. Then ask again.`;
  return `No rule for ${user} helps as long as sudo itself doesn't work. Try it on the host as ${user}: sudo -n -l. Then ask again.`;
}

function stateRefusal(survey: Survey, { root, host }: SurveyedSite): Refusal | null {
  if (!survey.lockFree)
    return refusal(
      'lock-held',
      'Someone is deploying or repairing this site right now (deploy.lock is held).',
      'Wait until they are done, or find out who it is.',
    );
  if (survey.indexLocked)
    return refusal(
      'lock-held',
      "A git command is running in the site's repository, or was killed there.",
      `If nobody is working there, remove ${root}/app/.git/index.lock.`,
    );
  if (survey.foreignOwned !== null)
    return refusal(
      'wrong-owner',
      `${survey.foreignOwned} does not belong to ${host.user}, so git or collectstatic would fail while the site is down.`,
      `Give it back, on the host: sudo chown -R ${host.user}: ${root}/app ${root}/static. Then ask again.`,
    );
  if (survey.dirtyFiles.length > 0)
    return refusal(
      'dirty-tree',
      `Someone changed files on the host by hand: ${survey.dirtyFiles.slice(0, 5).join(', ')}${survey.dirtyFiles.length > 5 ? ' and others' : ''}.`,
      `Look at them with: git -C ${root}/app diff. Commit, move or discard them, and ask again.`,
    );
  if (survey.freeBytes < SPACE_FLOOR)
    return refusal(
      'disk-space',
      `The site's disk has ${Math.floor(survey.freeBytes / 1024 / 1024)} MB free; a rollback needs at least ${SPACE_FLOOR / 1024 / 1024} MB.`,
      `Free some space: du -xh ${root} | sort -h | tail.`,
    );
  return null;
}
