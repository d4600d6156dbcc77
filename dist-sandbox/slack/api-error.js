/** A refusal in Slack's words: its error code, the details under response_metadata, and further fields. */
export class ApiError extends Error {
    code;
    messages;
    fields;
    constructor(code, messages = [], fields = {}) {
        super([code, ...messages].join(': '));
        this.code = code;
        this.messages = messages;
        this.fields = fields;
    }
}
