import { setTimeout as pause } from 'node:timers/promises';
import type { SmokeForm } from '../domain/site/site.ts';
import { type HttpAnswer, type HttpPage, statusOf } from './ask.ts';
import { type HtmlForm, postedForm } from './html.ts';
import type { TimedTry } from './patience.ts';
import type { Visit } from './visit.ts';

const NAME = 'form';
/** The platform takes a form for a machine's if it comes within 3 s of its page. */
const TYPING_MS = 3_500;
/** The domain is reserved, so mail to it reaches nobody. */
const DEFAULTS = { name: 'rollback-bot', email: 'rollback-bot@example.com', message: '' };

/**
 * Sends one marked entry through a form of the site. Sends it at most once, whatever comes back: the site may store and mail
 * the entry although its answer is lost.
 */
export async function formCheck(visit: Visit, { path, fields }: SmokeForm, run: string): Promise<TimedTry> {
  const page = await visit.get(path);
  if ('error' in page) return failed(`${path}: ${page.error}`, true);
  const form = page.status === 200 ? postedForm(page.body) : null;
  if (form === null)
    return failed(`${path} answers ${statusOf(visit.site, page)}, and has no form to send`, true);
  const to = visit.pathOf(form.action);
  if (to === null) return failed(`the form of ${path} leads to another site; nothing was sent`, false);
  const entry = filledIn(form, fields, run);
  const unknown = Object.keys(fields).filter((field) => form.values[field] === undefined);
  if (form.values['_time_token'] !== undefined) await pause(TYPING_MS);
  const said = judged(await visit.post(to, entry), visit);
  const hint =
    said.result === 'failed' && unknown.length > 0 ? `; the form has no field ${unknown.join(', ')}` : '';
  return { check: { name: NAME, result: said.result, detail: said.detail + hint }, again: false };
}

/**
 * Fills in only fields that are configured or known. A field that nobody can see is a trap for machines, and stays empty.
 */
function filledIn(
  form: HtmlForm,
  fields: Readonly<Record<string, string>>,
  run: string,
): Readonly<Record<string, string>> {
  const typed: Record<string, string> = {};
  for (const [field, text] of Object.entries(DEFAULTS)) if (form.visible.includes(field)) typed[field] = text;
  const entry = { ...form.values, ...typed, ...fields };
  const marker = `[${run}] Automatic check by rollback-bot after a rollback. Please ignore.`;
  return { ...entry, message: [entry['message'], marker].filter((part) => part).join(' ') };
}

interface Said {
  readonly result: 'passed' | 'failed';
  readonly detail: string;
}

function judged(answer: HttpAnswer, visit: Visit): Said {
  if ('error' in answer)
    return { result: 'failed', detail: `sent, but ${answer.error}; check whether it arrived` };
  const { status, location } = answer;
  if (status === 302 || status === 303) return leadsOn(status, location, visit);
  if (status !== 200) return { result: 'failed', detail: `${status}${problems(answer)}` };
  const report = jsonOf(answer);
  if (report === null)
    return postedForm(answer.body) === null
      ? { result: 'passed', detail: '200, the site accepted the entry' }
      : { result: 'failed', detail: "200, but the form came back: the site didn't accept the entry" };
  if (report['success'] !== true)
    return { result: 'failed', detail: `200, but no success${problems(answer)}` };
  const lead = report['lead_id'];
  const id =
    typeof lead === 'number' || typeof lead === 'string' ? `, lead ${String(lead).slice(0, 40)}` : '';
  return { result: 'passed', detail: `200, the site accepted the entry${id}` };
}

function leadsOn(status: number, location: string | null, visit: Visit): Said {
  const path = location === null ? null : visit.pathOf(location);
  return path === null || /\/login\b/.test(path)
    ? { result: 'failed', detail: `${status}, which leads to ${(location ?? 'nowhere').slice(0, 100)}` }
    : { result: 'passed', detail: `${status} to ${path.slice(0, 100)}, the site accepted the entry` };
}

/** The names of the fields that the site did not accept; not its sentences, because they may repeat the entry. */
function problems(answer: HttpPage): string {
  const errors = jsonOf(answer)?.['errors'];
  const names = typeof errors === 'object' && errors !== null ? Object.keys(errors) : [];
  return names.length === 0 ? '' : ` (not accepted: ${names.slice(0, 10).join(', ')})`;
}

function jsonOf({ body }: HttpPage): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : null;
  } catch {
    return null;
  }
}

function failed(detail: string, again: boolean): TimedTry {
  return { check: { name: NAME, result: 'failed', detail }, again };
}
