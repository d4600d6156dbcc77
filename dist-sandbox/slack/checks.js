import { isObject, optionalString, stringOf } from './json.js';
export const required = (check) => ({ check, required: true });
export const optional = (check) => ({ check, required: false });
/** Runs a check and gives Slack's messages, each with the JSON pointer of the culprit. */
export const problemsOf = (check, value, pointer) => {
    const problems = [];
    check(value, pointer, (problem, where) => problems.push(`[ERROR] ${problem} [json-pointer:${where}]`));
    return problems;
};
export const string = (max, min = 0) => (value, pointer, report) => {
    if (typeof value !== 'string')
        return report('must provide a string', pointer);
    if (value.length < min)
        report(`must be more than ${min - 1} characters`, pointer);
    if (value.length > max)
        report(`must be less than ${max + 1} characters`, pointer);
};
export const boolean = (value, pointer, report) => {
    if (typeof value !== 'boolean')
        report('must provide a boolean', pointer);
};
export const integer = (min, max) => (value, pointer, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
        return report('must provide an integer', pointer);
    if (value < min)
        report(`must be greater than or equal to ${min}`, pointer);
    if (value > max)
        report(`must be less than or equal to ${max}`, pointer);
};
export const oneOf = (...allowed) => (value, pointer, report) => {
    if (!allowed.includes(value))
        report(`must be one of: ${allowed.join(', ')}`, pointer);
};
export const listOf = (item, max, min = 1) => (value, pointer, report) => {
    if (!Array.isArray(value))
        return report('must provide an array', pointer);
    if (value.length < min)
        report(`no less than ${min} items required`, pointer);
    if (value.length > max)
        report(`no more than ${max} items allowed`, pointer);
    for (const [index, entry] of value.entries())
        item(entry, `${pointer}/${index}`, report);
};
/** An object with exactly these properties; anything else is an error, as a misspelt key would be at Slack. */
export const object = (properties, ...rules) => (value, pointer, report) => {
    if (!isObject(value))
        return report('must provide an object', pointer);
    for (const [key, property] of Object.entries(properties)) {
        if (value[key] !== undefined)
            property.check(value[key], `${pointer}/${key}`, report);
        else if (property.required)
            report(`missing required field: ${key}`, pointer);
    }
    for (const key of Object.keys(value)) {
        if (properties[key] === undefined)
            report(`invalid additional property: ${key}`, pointer);
    }
    for (const rule of rules)
        rule(value, pointer, report);
};
/** Chooses the check by the object's `type`; an unknown type is Slack's "unsupported type". */
export const byType = (checks) => (value, pointer, report) => {
    if (!isObject(value))
        return report('must provide an object', pointer);
    const type = value['type'];
    if (type === undefined)
        return report('missing required field: type', pointer);
    const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
    if (check === undefined)
        return report(`unsupported type: ${stringOf(type)}`, `${pointer}/type`);
    check(value, pointer, report);
};
export const unique = (list, key) => (value, pointer, report) => {
    const entries = value[list];
    if (Array.isArray(entries))
        reportDuplicates(entries, key, `${pointer}/${list}`, report);
};
export const reportDuplicates = (entries, key, pointer, report) => {
    const seen = new Set();
    for (const [index, entry] of entries.entries()) {
        const id = isObject(entry) ? optionalString(entry, key) : undefined;
        if (id === undefined)
            continue;
        if (seen.has(id))
            report(`${key} already exists: ${id}`, `${pointer}/${index}/${key}`);
        seen.add(id);
    }
};
