import type { Refusal } from '../refusal.ts';
import { SOUND_FILE } from './environment-file.ts';
import type { Survey } from './survey.ts';
import { type SurveyedSite, surveyRefusal } from './survey-rules.ts';

const SOUND_UNITS: Survey['units'] = [
  {
    name: 'gunicorn',
    kind: 'gunicorn',
    active: 'active',
    sub: 'running',
    enabled: true,
    result: 'success',
    restarts: 0,
    exitStatus: 0,
    startedAt: null,
    stopSeconds: 90,
    foreignExecutable: null,
  },
];

/** The same host, with nothing that forbids a rollback. */
function sound(survey: Survey): Survey {
  return {
    ...survey,
    owner: survey.user,
    missingTools: [],
    missingRights: [],
    sudoProblem: null,
    endsProgramsAtLogout: false,
    units: SOUND_UNITS,
    environmentFile: SOUND_FILE,
    bind: 'unix:/run/gunicorn.sock',
    movesTo: [],
    starts: [],
    wrappers: [],
    lockFree: true,
    indexLocked: false,
    foreignOwned: null,
    dirtyFiles: [],
    freeBytes: Number.MAX_SAFE_INTEGER,
  };
}

/** The preflight stops at its first refusal. This judges one part of the host as if everything else were fine. */
export function judgedAlone(survey: Survey, part: Partial<Survey>, site: SurveyedSite): Refusal | null {
  return surveyRefusal({ ...sound(survey), ...part }, site);
}

/** The next step of a refusal without "ask again": for when nobody has asked for a rollback. */
export function withoutAsking(next: string): string {
  return next
    .replaceAll(/,? (?:and|then) ask again(?=[.,])/g, '')
    .replaceAll(/(?:^| )(?:Then ask|Ask) again\b[^.]*\./g, '')
    .trim();
}
