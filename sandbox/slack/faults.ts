/** A scripted failure of one Web API method, of `response_url`, or of any call (`*`). */
export interface Fault {
  /** How many calls it hits; 1 by default. */
  readonly times?: number;
  /** Answer `{ok: false, error}`. */
  readonly error?: string;
  /** Answer with this HTTP status and no JSON. */
  readonly status?: number;
  /** Wait this long first. Alone, it only slows the call down. */
  readonly delayMs?: number;
  /** Answer 429 with this Retry-After. */
  readonly rateLimitSeconds?: number;
  /** Carry out the call, then cut the connection without an answer. */
  readonly dropReply?: boolean;
}

export interface Faults {
  readonly add: (method: string, fault: Fault) => void;
  /** Takes the fault for this call, if there is one. */
  readonly take: (method: string) => Fault | undefined;
  readonly clear: () => void;
}

export const createFaults = (): Faults => {
  const scripted: { readonly method: string; readonly fault: Fault; left: number }[] = [];
  return {
    add: (method, fault) => {
      scripted.push({ method, fault, left: fault.times ?? 1 });
    },
    take: (method) => {
      const entry = scripted.find((one) => one.left > 0 && (one.method === method || one.method === '*'));
      if (entry === undefined) return undefined;
      entry.left -= 1;
      return entry.fault;
    },
    clear: () => {
      scripted.length = 0;
    },
  };
};
