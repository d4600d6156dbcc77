import type { Refusal } from '../refusal.ts';
import type { Survey } from './survey.ts';
import { surveyRefusal } from './survey-rules.ts';

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

/** The same host with nothing against it. */
function sound(survey: Survey): Survey {
  return {
    ...survey,
    owner: survey.user,
    missingTools: [],
    missingRights: [],
    endsProgramsAtLogout: false,
    units: SOUND_UNITS,
    environmentFileError: null,
    bind: 'unix:/run/gunicorn.sock',
    lockFree: true,
    indexLocked: false,
    foreignOwned: null,
    dirtyFiles: [],
    freeBytes: Number.MAX_SAFE_INTEGER,
  };
}

/** The preflight ends at the first thing that it refuses; this judges a part of the host as if all else were sound. */
export function judgedAlone(survey: Survey, part: Partial<Survey>, root: string): Refusal | null {
  return surveyRefusal({ ...sound(survey), ...part }, root);
}

/** What a refusal says to do where nobody has asked for a rollback. */
export function withoutAsking(next: string): string {
  return next
    .replaceAll(/,? (?:and|then) ask again(?=[.,])/g, '')
    .replaceAll(/(?:^| )(?:Then ask|Ask) again\b[^.]*\./g, '')
    .trim();
}
