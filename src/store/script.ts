import type { RedisLink } from './redis.ts';

/**
 * Runs one Lua script. The client sends a script again when the connection broke before the reply came, so every
 * script must give the same answer, and change nothing more, when it has been done already.
 */
export function runScript(
  link: RedisLink,
  lua: string,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  return link.run(() => link.redis.eval(lua, keys.length, ...keys, ...args));
}
