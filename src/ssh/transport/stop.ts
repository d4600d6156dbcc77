/** Why we stop waiting for a command: our own deadline, or something after which we can't know its effect. */
export type StopReason =
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  | { readonly kind: 'unknown'; readonly why: string };

/** Everything that can end the wait for a command, as one signal. Whichever comes first counts. */
export interface CommandStop {
  readonly signal: AbortSignal;
  /** Present once the signal is aborted. */
  readonly reason: StopReason | undefined;
  /** From now on, and instead of an earlier limit, the wait ends after `silenceMs` without a call of `heard`. */
  limitSilence(silenceMs: number): void;
  heard(): void;
  /** Call this when nobody waits any more. */
  disarm(): void;
}

export interface StopSources {
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Returns a function that stops listening. */
  readonly onLost: (listener: (why: string) => void) => () => void;
}

/** With a longer delay, Node's timers fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

export function armStop({ deadlineMs, signal, onLost }: StopSources): CommandStop {
  const controller = new AbortController();
  let reason: StopReason | undefined;
  let silence: NodeJS.Timeout | undefined;
  const stop = (why: StopReason): void => {
    if (reason !== undefined) return;
    reason = why;
    controller.abort();
  };
  const onAbort = (): void => stop({ kind: 'unknown', why: 'aborted' });

  const deadline = setTimeout(
    () => stop({ kind: 'timed-out', afterMs: deadlineMs }),
    Math.min(deadlineMs, LONGEST_MS),
  );
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) onAbort();
  const forgetLoss = onLost((why) => stop({ kind: 'unknown', why }));

  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    limitSilence(silenceMs) {
      clearTimeout(silence);
      const onSilence = (): void => stop({ kind: 'unknown', why: `nothing was heard for ${silenceMs} ms` });
      silence = setTimeout(onSilence, Math.min(silenceMs, LONGEST_MS));
    },
    heard() {
      silence?.refresh();
    },
    disarm() {
      clearTimeout(deadline);
      clearTimeout(silence);
      // Refreshing a cleared timer would start it again, and output may still come.
      silence = undefined;
      signal?.removeEventListener('abort', onAbort);
      forgetLoss();
    },
  };
}
