import type { SmokeLogin } from '../domain/site/site.ts';
import { type HttpAnswer, type HttpPage, statusOf } from './ask.ts';
import { postedForm } from './html.ts';
import { readPassword } from './password-file.ts';
import type { TimedTry } from './patience.ts';
import type { Visit } from './visit.ts';

const NAME = 'admin login';
const LOGIN = '/admin/login/';
const DASHBOARD = '/admin/';
const LOGOUT = '/admin/logout/';

/** Logs in to the admin, opens the dashboard, and logs out. Never tries a refused password again: sites lock accounts. */
export async function loginCheck(visit: Visit, login: SmokeLogin): Promise<TimedTry> {
  const read = await readPassword(login.passwordFile);
  if ('problem' in read) return failed(`smoke.login.passwordFile: ${read.problem}`, false);
  const page = await visit.get(`${LOGIN}?next=${DASHBOARD}`);
  if ('error' in page) return failed(page.error, true);
  if (page.status === 401 || page.status === 403)
    return {
      check: {
        name: NAME,
        result: 'not-checked',
        detail: `${page.status}: the admin is protected, so nobody can log in from here`,
      },
    };
  const form = page.status === 200 ? postedForm(page.body) : null;
  if (form === null)
    return failed(`${LOGIN} answers ${statusOf(visit.site, page)}, and has no login form`, true);
  const path = visit.pathOf(form.action);
  if (path === null) return failed('the login form leads to another site; nothing was sent', false);
  const answer = await visit.post(path, { ...form.values, username: login.user, password: read.password });
  const refused = refusal(answer, login.user);
  return refused === null ? dashboard(visit) : failed(refused, false);
}

/** null: the site accepted the password. It says so by redirecting. */
function refusal(answer: HttpAnswer, user: string): string | null {
  if ('error' in answer) return `no answer to the password: ${answer.error}`;
  const { status } = answer;
  if (status === 302 || status === 303) return null;
  if (status === 200) return `the site doesn't let ${user} in with the password in smoke.login.passwordFile`;
  if (status === 403)
    return '403: the site refuses the form (CSRF); does it know the domain in the configuration?';
  return `${status} after the password was sent`;
}

async function dashboard(visit: Visit): Promise<TimedTry> {
  const page = await visit.get(DASHBOARD);
  const out = await logOut(visit, page);
  if ('error' in page) return failed(`logged in, but the dashboard: ${page.error}`, false);
  if (page.status !== 200) return failed(`logged in, but the dashboard answers ${page.status}`, false);
  return { check: { name: NAME, result: 'passed', detail: `logged in, the dashboard answers 200, ${out}` } };
}

async function logOut(visit: Visit, page: HttpAnswer): Promise<string> {
  const token = ('error' in page ? undefined : tokenIn(page)) ?? visit.cookie('csrftoken') ?? '';
  const answer = await visit.post(LOGOUT, { csrfmiddlewaretoken: token });
  if ('error' in answer) return `logging out: ${answer.error}`;
  return answer.status < 400 ? 'logged out' : `logging out answers ${answer.status}`;
}

function tokenIn({ body }: HttpPage): string | undefined {
  return postedForm(body)?.values['csrfmiddlewaretoken'];
}

function failed(detail: string, again: boolean): TimedTry {
  return { check: { name: NAME, result: 'failed', detail }, again };
}
