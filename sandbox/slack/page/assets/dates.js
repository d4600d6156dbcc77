/** Dates as the person reads them: in the time zone of their account, with the clock of their language. */

const DAY_MS = 86_400_000;

/** @param {string} zone @param {Intl.DateTimeFormatOptions} options @param {string} [language] */
const formatter = (zone, options, language = 'en-US') => {
  try {
    return new Intl.DateTimeFormat(language, { timeZone: zone, ...options });
  } catch {
    // An account may have a time zone that this browser does not know.
    return new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options });
  }
};

/** Whether people who read this language use a.m. and p.m. @param {string | undefined} language */
export const usesTwelveHours = (language) => {
  try {
    return new Intl.DateTimeFormat(language, { hour: 'numeric' }).resolvedOptions().hour12 ?? true;
  } catch {
    return true;
  }
};

/** @typedef {{ readonly zone: string, readonly hour12: boolean, readonly now: number }} Reader */

/** @param {number} ms @param {Reader} reader */
export const clockTime = (ms, { zone, hour12 }) =>
  formatter(zone, { hour: hour12 ? 'numeric' : '2-digit', minute: '2-digit', hour12 }).format(ms);

/** The calendar day in the reader's time zone, for comparisons. @param {number} ms @param {Reader} reader */
export const dayOf = (ms, { zone }) =>
  formatter(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA').format(ms);

/** A word such as `today`; undefined if the day has none. @param {number} ms @param {Reader} reader */
const nearDay = (ms, reader) => {
  const day = dayOf(ms, reader);
  if (day === dayOf(reader.now, reader)) return 'today';
  if (day === dayOf(reader.now - DAY_MS, reader)) return 'yesterday';
  return day === dayOf(reader.now + DAY_MS, reader) ? 'tomorrow' : undefined;
};

/** The heading above the messages of one day. @param {number} ms @param {Reader} reader */
export const dayTitle = (ms, reader) => {
  const near = nearDay(ms, reader);
  if (near !== undefined) return near.charAt(0).toUpperCase() + near.slice(1);
  return formatter(reader.zone, { weekday: 'long', month: 'long', day: 'numeric' }).format(ms);
};

/** @param {number} ms @param {Reader} reader */
export const fullMoment = (ms, reader) =>
  `${formatter(reader.zone, { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }).format(ms)} at ${formatter(reader.zone, { hour: 'numeric', minute: '2-digit', second: '2-digit', hour12: reader.hour12 }).format(ms)}`;

/** @type {Readonly<Record<string, Intl.DateTimeFormatOptions>>} */
const DAYS = {
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
};

/**
 * Fills in a format such as `{date_short_pretty} {time}`. Uses the fallback if nothing in the format is known.
 *
 * @param {{ readonly seconds: number, readonly format: string, readonly fallback: string }} date
 * @param {Reader} reader
 */
export const formatDate = ({ seconds, format, fallback }, reader) => {
  const ms = seconds * 1000;
  if (Number.isNaN(new Date(ms).getTime())) return fallback;
  let understood = true;
  const text = format.replaceAll(/\{(\w+)\}/g, (_, token) => {
    const words = dateToken(String(token), ms, reader);
    understood &&= words !== undefined;
    return words ?? '';
  });
  return understood && text !== '' ? text : fallback;
};

/** @param {string} token @param {number} ms @param {Reader} reader @returns {string | undefined} */
const dateToken = (token, ms, reader) => {
  const { zone, hour12 } = reader;
  if (token === 'date_num') return dayOf(ms, reader);
  if (token === 'time') return clockTime(ms, reader);
  if (token === 'time_secs')
    return formatter(zone, { hour: 'numeric', minute: '2-digit', second: '2-digit', hour12 }).format(ms);
  if (token === 'ago') return ago(reader.now - ms);
  const pretty = token.endsWith('_pretty');
  const day = DAYS[pretty ? token.slice(0, -'_pretty'.length) : token];
  if (day === undefined) return undefined;
  return (pretty ? nearDay(ms, reader) : undefined) ?? formatter(zone, day).format(ms);
};

/** `5 minutes ago`. @param {number} ms */
export const ago = (ms) => {
  const format = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' });
  const minutes = Math.round(ms / 60_000);
  if (Math.abs(minutes) < 1) return 'just now';
  if (Math.abs(minutes) < 60) return format.format(-minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24 ? format.format(-hours, 'hour') : format.format(-Math.round(hours / 24), 'day');
};
