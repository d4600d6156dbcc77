/**
 * Begins a run: known request, reserved site or a new id, in this order. If it is sent again, it finds its own mark. If the
 * expected id is not the next one, writes nothing and answers with the next one.
 *
 * KEYS request, site, counter of the slug, active, recent, begun, recent of the site
 * ARGV beginning of run keys, slug, mark, retention in seconds, expected id (may be empty), first entry
 */
export const BEGIN = `
local known = redis.call('GET', KEYS[1])
if known then
  local first = redis.call('LINDEX', ARGV[1] .. known .. ':events', 0)
  if first then
    if string.sub(first, 1, #ARGV[3]) == ARGV[3] then return { 'begun', known } end
    return { 'again', known }
  end
end
local holder = redis.call('GET', KEYS[2])
if holder then return { 'busy', holder } end
local number = tonumber(redis.call('GET', KEYS[3]) or '0')
local id, events
repeat
  number = number + 1
  id = ARGV[2] .. '-' .. string.format('%d', number)
  events = ARGV[1] .. id .. ':events'
until redis.call('EXISTS', events) == 0
if id ~= ARGV[5] then return { 'next', id } end
redis.call('SET', KEYS[3], string.format('%d', number))
redis.call('RPUSH', events, ARGV[6])
redis.call('SET', KEYS[1], id, 'EX', ARGV[4])
redis.call('SET', KEYS[2], id)
redis.call('SADD', KEYS[4], id)
local order = redis.call('INCR', KEYS[6])
redis.call('ZADD', KEYS[5], order, id)
redis.call('ZREMRANGEBYRANK', KEYS[5], 0, -10001)
redis.call('ZADD', KEYS[7], order, id)
redis.call('ZREMRANGEBYRANK', KEYS[7], 0, -1001)
return { 'begun', id }
`;

/**
 * Takes up a run that this Redis has lost. The next run gets a higher number than this one. An ended run that got the same id
 * meanwhile is moved aside, if it is still as long as expected (0: there must be none).
 *
 * KEYS events, active, site, counter of the slug, recent, begun, recent of the site, aside, owing
 * ARGV mark, run id, number, expected length, entries…
 */
export const ADOPT = `
local first = redis.call('LINDEX', KEYS[1], 0)
if first and string.sub(first, 1, #ARGV[1]) == ARGV[1] then return 1 end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[4]) or redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
if first then redis.call('RENAME', KEYS[1], KEYS[8]) end
redis.call('ZREM', KEYS[9], ARGV[2])
for index = 5, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[index]) end
redis.call('SET', KEYS[3], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[2])
local order = redis.call('INCR', KEYS[6])
redis.call('ZADD', KEYS[5], order, ARGV[2])
redis.call('ZADD', KEYS[7], order, ARGV[2])
if tonumber(redis.call('GET', KEYS[4]) or '0') < tonumber(ARGV[3]) then redis.call('SET', KEYS[4], ARGV[3]) end
return 1
`;

/**
 * Appends if the list still has the expected length and the expected last entry; after Redis lost entries, others may have
 * written new ones in their place. If it is sent again, it finds its own mark where it would have written. Each event of an ended
 * run may bring a new task, so the run becomes due.
 *
 * KEYS events, active, site, messages, owing
 * ARGV expected length, mark, run id, retention in seconds if the run ends with this (else 0), text in the last entry, entries…
 */
export const APPEND = `
local expected = tonumber(ARGV[1])
if redis.call('LLEN', KEYS[1]) ~= expected then
  local written = redis.call('LINDEX', KEYS[1], expected)
  if written and string.sub(written, 1, #ARGV[2]) == ARGV[2] then return 1 end
  return 0
end
if not string.find(redis.call('LINDEX', KEYS[1], -1) or '', ARGV[5], 1, true) then return 0 end
for index = 6, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[index]) end
if ARGV[4] ~= '0' then
  redis.call('SREM', KEYS[2], ARGV[3])
  redis.call('ZADD', KEYS[5], 0, ARGV[3])
  if redis.call('GET', KEYS[3]) == ARGV[3] then redis.call('DEL', KEYS[3]) end
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('EXPIRE', KEYS[4], ARGV[4])
end
return 1
`;

/**
 * Says when the tasks of an ended run are due next, unless it has moved on since.
 *
 * KEYS events, owing
 * ARGV expected length, run id, milliseconds since 1970 or an empty text (never)
 */
export const OWE = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return 0 end
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[2]) else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2]) end
return 1
`;

/**
 * Moves a record aside and frees its site. Sending it again does no harm.
 *
 * KEYS events, aside, active, owing, sites…
 * ARGV run id
 */
export const SET_ASIDE = `
for index = 5, #KEYS do
  if redis.call('GET', KEYS[index]) == ARGV[1] then redis.call('DEL', KEYS[index]) end
end
redis.call('SREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[4], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then return redis.call('EXISTS', KEYS[2]) end
redis.call('RENAME', KEYS[1], KEYS[2])
return 1
`;
