import type { PageCall, Pager } from '../../../src/app/ports/notify.ts';

/** Accepts and remembers every call. */
export function pager(): Pager & { readonly calls: readonly PageCall[] } {
  const calls: PageCall[] = [];
  return {
    calls,
    page: async (_url, call) => {
      calls.push(call);
      return null;
    },
  };
}
