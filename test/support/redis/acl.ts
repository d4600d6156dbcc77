import { readFileSync } from 'node:fs';
import { sha256 } from '../../../src/domain/digest.ts';

export interface RedisLogin {
  readonly user: string;
  readonly password: string;
}

/** The user of `redis.acl`, with a password that only an address with escapes can carry. */
export const BOT: RedisLogin = { user: 'rollback', password: 'bot@test: 100%/#?' };

/** May do everything. No installation has such a user. */
export const ADMIN: RedisLogin = { user: 'admin', password: 'admin-of-the-tests' };

/** What both installations give to Redis, before a password is put in. */
export const ACL_TEMPLATE = readFileSync('redis.acl', 'utf8');

/** The users of a Redis for tests: those of the documentation, and one who looks after the server. */
export function aclFile(): string {
  const users = ACL_TEMPLATE.replace('PASSWORD_SHA256', sha256(BOT.password));
  return `${users}user ${ADMIN.user} on #${sha256(ADMIN.password)} ~* &* +@all\n`;
}
