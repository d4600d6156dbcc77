import type { JsonObject } from './json.ts';

export type DeliveryKind = 'slash_command' | 'block_actions' | 'view_submission' | 'view_closed';

/** An action of a person, on its way to the app. */
export interface Delivery {
  readonly kind: DeliveryKind;
  readonly user: string;
  /** What the person did, for the transcript. */
  readonly summary: string;
  readonly payload: JsonObject;
}

/** The app's answer, or the reason why Slack gave up, as the code that Slack shows to the person. */
export type Answer =
  | { readonly kind: 'acked'; readonly body: unknown }
  | { readonly kind: 'failed'; readonly error: DeliveryError };

export type DeliveryError = 'operation_timeout' | 'dispatch_failed' | 'http_service_error' | 'late_ack';

export interface DeliveryResult {
  readonly ok: boolean;
  readonly error?: DeliveryError;
  readonly ackMs: number;
  readonly ackBody: unknown;
}
