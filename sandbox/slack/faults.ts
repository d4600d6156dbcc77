/** A scripted failure of one Web API method (or of `response_url`, or `*` for any). */
export interface Fault {
  /** How many calls it hits; 1 unless told. */
  readonly times?: number;
  /** Answer `{ok: false, error}`. */
  readonly error?: string;
  /** Answer with this HTTP status and no JSON. */
  readonly status?: number;
  /** Wait this long first; alone, it only slows the call down. */
  readonly delayMs?: number;
  /** Answer 429 with this Retry-After. */
  readonly rateLimitSeconds?: number;
  /** Do what was asked, then cut the connection before answering. */
  readonly dropReply?: boolean;
}

export interface Faults {
  readonly add: (method: string, fault: Fault) => void;
  /** The fault for this call, used up by it. */
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
