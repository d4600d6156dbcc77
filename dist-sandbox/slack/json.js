export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const objectOf = (value) => (isObject(value) ? value : {});
export const objectsOf = (value) => Array.isArray(value) ? value.filter(isObject) : [];
export const stringOf = (value) => (typeof value === 'string' ? value : '');
/** The string under `key`, or undefined when it is missing, empty or of another type. */
export const optionalString = (object, key) => {
    const value = object[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
};
export const parseJson = (text) => {
    try {
        return { value: JSON.parse(text) };
    }
    catch {
        return undefined;
    }
};
