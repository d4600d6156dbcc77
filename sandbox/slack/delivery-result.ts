import type { JsonObject } from './json.ts';

export type DeliveryKind = 'slash_command' | 'block_actions' | 'view_submission' | 'view_closed';

/** Something a person did, on its way to the app. */
export interface Delivery {
  readonly kind: DeliveryKind;
  readonly user: string;
  /** What the person did, for the transcript. */
  readonly summary: string;
  readonly payload: JsonObject;
}

/** How the app answered, or why Slack gave up: the codes that Slack shows to the person. */
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
