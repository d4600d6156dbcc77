import { restoreEnvironmentRefusal } from '../host/environment-file.ts';
import { judgedAlone } from '../host/judge-alone.ts';
import type { Survey } from '../host/survey.ts';
import { type SurveyedSite, surveyRefusal } from '../host/survey-rules.ts';
import type { Refusal } from '../refusal.ts';
import { bad, badFindings, type Finding, good, type Subject } from './findings.ts';

/** Every refusal of the survey, where the preflight stops at the first. */
export function surveyFindings(survey: Survey, site: SurveyedSite): readonly Finding[] {
  const { user, owner, missingTools, missingRights, sudoProblem, endsProgramsAtLogout } = survey;
  const { units, bind, freeBytes, environmentFile, starts, wrappers, movesTo } = survey;
  const { lockFree, indexLocked, foreignOwned, dirtyFiles } = survey;
  const judge = (part: Partial<Survey>) => judgedAlone(survey, part, site);
  const about = (subject: Subject, sentence: string, refusals: readonly (Refusal | null)[]) => {
    const found = refusals.filter((one) => one !== null).map((one) => bad(subject, one));
    return found.length > 0 ? found : [good(subject, sentence)];
  };
  // Only the site's owner can see the rest.
  if (user !== owner) return about('rights', '', [judge({ owner })]);
  const findings = [
    ...about('host', 'tools, units and .env are as a rollback needs them', [
      judge({ missingTools }),
      judge({ endsProgramsAtLogout }),
      judge({ units }) ?? judge({ bind }) ?? judge({ bind, movesTo }) ?? judge({ units, wrappers }),
      judge({ starts }),
      judge({ environmentFile }),
      restoreEnvironmentRefusal(environmentFile, site.root),
    ]),
    ...about('rights', 'the bot may stop and start the units', [
      judge({ sudoProblem }) ?? judge({ missingRights }),
    ]),
    ...about('lock', 'deploy.lock is free', [judge({ lockFree })]),
    ...about('code', 'nothing was changed by hand', [
      judge({ indexLocked }),
      judge({ foreignOwned }),
      judge({ dirtyFiles }),
    ]),
    ...about('disk', `${Math.floor(freeBytes / 1024 ** 2)} MB are free`, [judge({ freeBytes })]),
  ];
  const refusal = surveyRefusal(survey, site);
  // A newer rule that has no place above must not look as if all were good.
  return refusal !== null && badFindings(findings).length === 0
    ? [...findings, bad('host', refusal)]
    : findings;
}
