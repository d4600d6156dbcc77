import { createClock } from './clock.js';
import { createSwitchboard } from './connections.js';
import { createFaults } from './faults.js';
import { remove } from './host.js';
import { installationOf } from './installation.js';
import { ACK_TIMEOUT_MS } from './limits.js';
import { createPerson } from './person.js';
import { createPopulation } from './population.js';
import { createReading, violationsIn } from './reading.js';
import { createResponseUrls } from './response-urls.js';
import { API_PATH, listen } from './server.js';
import { createTranscript } from './transcript.js';
import { createTriggers } from './triggers.js';
import { createWorkspace, findMessage } from './workspace.js';
export { plainText } from './plain-text.js';
export const startLocalSlack = async (options = {}) => {
    const installation = installationOf(options);
    const workspace = createWorkspace(installation, createClock());
    const transcript = createTranscript();
    const faults = createFaults();
    let origin = '';
    const host = {
        workspace,
        transcript,
        triggers: createTriggers(workspace.clock),
        origin: () => origin,
    };
    const responseUrls = createResponseUrls(host);
    const switchboard = createSwitchboard(installation, transcript, options.ackTimeoutMs ?? ACK_TIMEOUT_MS);
    const server = await listen(options.port ?? 0, {
        host,
        sockets: switchboard.sockets,
        responseUrls,
        faults,
    });
    origin = server.origin;
    const tools = { host, responseUrls, deliver: switchboard.deliver };
    return {
        ...installation,
        ...createPopulation(workspace, options.botName ?? 'rollback-bot'),
        ...switchboard.connections,
        ...createReading(workspace, transcript),
        origin,
        apiUrl: `${origin}${API_PATH}`,
        as: (userId) => createPerson(tools, userId),
        advance: workspace.clock.advance,
        fail: faults.add,
        clearFaults: faults.clear,
        deleteMessage: (channel, ts) => {
            const message = findMessage(workspace, channel, ts);
            if (message === undefined)
                throw new Error(`no message ${ts} in ${channel}`);
            remove(host, message);
        },
        get violations() {
            return violationsIn(transcript);
        },
        addRoute: server.addRoute,
        close: async () => {
            transcript.close();
            await switchboard.close();
            await server.close();
        },
    };
};
