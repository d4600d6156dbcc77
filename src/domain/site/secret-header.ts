/** A header of a call. Its value is the first line of a file on the worker, which reads it at the moment of use. */
export interface SecretHeader {
  readonly header: string;
  readonly file: string;
}
