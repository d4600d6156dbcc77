/** A refusal as Slack words it: the error code, the messages of response_metadata, and further fields. */
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
