/** A refusal in Slack's words: its error code, the details under response_metadata, and further fields. */
export class ApiError extends Error {
  readonly code: string;
  readonly messages: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    messages: readonly string[] = [],
    fields: Readonly<Record<string, unknown>> = {},
  ) {
    super([code, ...messages].join(': '));
    this.code = code;
    this.messages = messages;
    this.fields = fields;
  }
}
