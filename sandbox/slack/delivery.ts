import type { Answer, Delivery, DeliveryResult } from './delivery-result.ts';
import type { Transcript } from './transcript.ts';

/** The way to the app: its sockets, or signed HTTP requests. */
export interface Transport {
  readonly send: (delivery: Delivery) => Promise<Answer>;
}

/** Sends a delivery to the app and waits as long as Slack would. A later answer only shows in the transcript. */
export const deliver = async (
  transport: Transport,
  transcript: Transcript,
  timeoutMs: number,
  delivery: Delivery,
): Promise<DeliveryResult> => {
  const { kind, user, summary } = delivery;
  transcript.record({ type: 'delivery', kind, user, summary });
  const startedAt = performance.now();
  const answer = transport.send(delivery);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'too late'>((resolve) => {
    timer = setTimeout(() => resolve('too late'), timeoutMs);
  });
  const first = await Promise.race([answer, tooLate]);
  clearTimeout(timer);
  const result = resultOf(
    first === 'too late' ? { kind: 'failed', error: 'operation_timeout' } : first,
    performance.now() - startedAt,
  );
  transcript.record({ type: 'ack', kind, user, result });
  if (first === 'too late') void noteLateAck(answer, transcript, delivery, startedAt);
  return result;
};

const resultOf = (answer: Answer, ackMs: number): DeliveryResult =>
  answer.kind === 'acked'
    ? { ok: true, ackMs, ackBody: answer.body }
    : { ok: false, error: answer.error, ackMs, ackBody: undefined };

const noteLateAck = async (
  answer: Promise<Answer>,
  transcript: Transcript,
  { kind, user }: Delivery,
  startedAt: number,
): Promise<void> => {
  if ((await answer).kind === 'failed') return;
  const result = resultOf({ kind: 'failed', error: 'late_ack' }, performance.now() - startedAt);
  transcript.record({ type: 'ack', kind, user, result });
};
