import { call } from '../call.js';
import { databaseSocket } from '../places.js';
import { databaseAnswer } from './request.js';
/** Asks the demo's database server; where there is none, the answer is psql's own. */
export async function askDatabase(login, question) {
    const { host, database, user, password } = login;
    const socket = databaseSocket(host);
    try {
        return databaseAnswer.parse(await call(socket, { ...question, database, user, password }));
    }
    catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        const stderr = `psql: error: connection to server on socket "${socket}" failed: ${why}\n`;
        return { code: 2, stderr, rows: [], text: '' };
    }
}
/** The rows of one statement. Errors: what the server complained about. */
export async function queryRows(login, sql, values = []) {
    const answer = await askDatabase(login, { kind: 'query', sql, values: [...values] });
    if (answer.code !== 0)
        throw new Error(answer.stderr.trim());
    return answer.rows;
}
