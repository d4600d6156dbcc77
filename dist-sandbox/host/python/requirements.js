export function parseRequirements(text) {
    return text
        .split('\n')
        .map((line) => line.replace(/#.*/, '').trim())
        .filter((line) => line !== '')
        .map((line) => {
        const name = /^[\w.-]+/.exec(line)?.[0] ?? line;
        const rest = line.slice(name.length).replace(/^\[[^\]]*\]/, '');
        return {
            text: line,
            name: name.toLowerCase().replaceAll(/[-_.]+/g, '_'),
            conditions: [...rest.matchAll(/(==|>=|<=|<|>)\s*([\w.]+)/g)].map(([, operator = '', version = '']) => ({
                operator,
                version,
            })),
        };
    });
}
export function matches({ conditions }, version) {
    return conditions.every((condition) => {
        const order = compareVersions(version, condition.version);
        switch (condition.operator) {
            case '==':
                return order === 0;
            case '>=':
                return order >= 0;
            case '<=':
                return order <= 0;
            case '<':
                return order < 0;
            default:
                return order > 0;
        }
    });
}
export function newest(versions) {
    return versions.toSorted(compareVersions).at(-1) ?? null;
}
function compareVersions(a, b) {
    const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
    for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
        const difference = (left[at] ?? 0) - (right[at] ?? 0);
        if (difference !== 0)
            return difference;
    }
    return 0;
}
