export function journalLine({ at, program, pid, text }) {
    return `${at.toFixed(6)}\t${program}\t${pid}\t${text}\n`;
}
export function readJournal(file) {
    return file
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
        const [at, program = '', pid, ...text] = line.split('\t');
        return { at: Number(at), program, pid: Number(pid), text: text.join('\t') };
    });
}
