import { placesIn } from '../places.js';
export const PYTHON_VERSION = '3.12';
export function interpreterOf(base, prefix) {
    const places = placesIn(base);
    return {
        places,
        prefix,
        sitePackages: `${prefix}/lib/python${PYTHON_VERSION}/site-packages`,
        isEnvironment: `${prefix}/bin` !== places.python,
    };
}
/** What Python prints when nothing catches an exception. */
export class PythonError extends Error {
    name = 'PythonError';
    kind;
    constructor(kind, message) {
        super(message);
        this.kind = kind;
    }
    traceback() {
        return `Traceback (most recent call last):\n  File "<stand-in>", in <module>\n${this.kind}: ${this.message}\n`;
    }
}
