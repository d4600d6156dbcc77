/** Hands a delivery to the app and waits as long as Slack would; a later answer only shows in the transcript. */
export const deliver = async (transport, transcript, timeoutMs, delivery) => {
    const { kind, user, summary } = delivery;
    transcript.record({ type: 'delivery', kind, user, summary });
    const startedAt = performance.now();
    const answer = transport.send(delivery);
    let timer;
    const tooLate = new Promise((resolve) => {
        timer = setTimeout(() => resolve('too late'), timeoutMs);
    });
    const first = await Promise.race([answer, tooLate]);
    clearTimeout(timer);
    const result = resultOf(first === 'too late' ? { kind: 'failed', error: 'operation_timeout' } : first, performance.now() - startedAt);
    transcript.record({ type: 'ack', kind, user, result });
    if (first === 'too late')
        void noteLateAck(answer, transcript, delivery, startedAt);
    return result;
};
const resultOf = (answer, ackMs) => answer.kind === 'acked'
    ? { ok: true, ackMs, ackBody: answer.body }
    : { ok: false, error: answer.error, ackMs, ackBody: undefined };
const noteLateAck = async (answer, transcript, { kind, user }, startedAt) => {
    if ((await answer).kind === 'failed')
        return;
    const result = resultOf({ kind: 'failed', error: 'late_ack' }, performance.now() - startedAt);
    transcript.record({ type: 'ack', kind, user, result });
};
