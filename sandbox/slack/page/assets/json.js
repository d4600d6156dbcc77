/** Readers for unchecked values. Each one names the type it expects, and returns something harmless for any other. */

/** @typedef {Readonly<Record<string, unknown>>} Json */

/** @param {unknown} value @returns {value is Json} */
export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {unknown} value @returns {Json} */
export const obj = (value) => (isObject(value) ? value : {});

/** @param {unknown} value @returns {readonly Json[]} */
export const list = (value) => (Array.isArray(value) ? value.filter(isObject) : []);

/** @param {unknown} value */
export const str = (value) => (typeof value === 'string' ? value : '');
