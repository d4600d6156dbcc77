import type { RedisLink } from './redis.ts';

/**
 * Runs one Lua script. The client sends a script again if the connection broke before the reply. So a script that was
 * already done must give the same answer and change nothing more.
 */
export function runScript(
  link: RedisLink,
  lua: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  return link.run(() => link.redis.eval(lua, keys.length, ...keys, ...args));
}
