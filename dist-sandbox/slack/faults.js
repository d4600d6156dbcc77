export const createFaults = () => {
    const scripted = [];
    return {
        add: (method, fault) => {
            scripted.push({ method, fault, left: fault.times ?? 1 });
        },
        take: (method) => {
            const entry = scripted.find((one) => one.left > 0 && (one.method === method || one.method === '*'));
            if (entry === undefined)
                return undefined;
            entry.left -= 1;
            return entry.fault;
        },
        clear: () => {
            scripted.length = 0;
        },
    };
};
