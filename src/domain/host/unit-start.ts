/** What systemd says about the next start and stop of a unit. */
export interface UnitStart {
  readonly name: string;
  /** systemd's word for how it has read the unit's file, e.g. `loaded`, `masked`, `bad-setting`. */
  readonly load: string;
  /** What is wrong with the unit's file; null: nothing. */
  readonly problem: string | null;
  readonly masked: boolean;
  /** Its file was changed since systemd has read it. */
  readonly stale: boolean;
  readonly refusesStart: boolean;
  readonly refusesStop: boolean;
  /** Units that it needs and that systemd can't load, with systemd's word for why. */
  readonly needs: Readonly<Record<string, string>>;
  /** Conditions of the unit that do not hold now, as its file has them. */
  readonly conditions: readonly string[];
  /** Active units that systemd stops when it starts this one. */
  readonly stops: readonly string[];
  /** null: systemd starts it as often as anyone likes. */
  readonly limit: StartLimit | null;
  /** Whether sudo allows `systemctl reset-failed`, which begins to count anew. */
  readonly mayReset: boolean;
}

/** systemd refuses a unit that was started more than `burst` times within `seconds`; null: ever. */
export interface StartLimit {
  readonly burst: number;
  readonly seconds: number | null;
  /** systemd has given up on it. */
  readonly isHit: boolean;
  /** Seconds since its main process was started for the last time; null: it was not, since the boot. */
  readonly sinceLastStart: number | null;
  /** systemd starts it again by itself when it dies. */
  readonly restarts: boolean;
}
