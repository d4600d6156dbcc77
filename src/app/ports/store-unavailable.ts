/** The record cannot be asked for now, and what it says is not known: it is asked again. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}
