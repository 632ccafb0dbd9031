-- Takes one request out of the shared budget. Mirrors `Budget::take_own`.
-- KEYS: due time, count of the day, pause.
-- ARGV: interval, burst, longest wait (all in ms), requests a day.
-- Returns {0, wait} for "go after", {1, wait} for "come back after", {2, 0} for "not today".
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
if tonumber(redis.call('GET', KEYS[2]) or '0') >= tonumber(ARGV[4]) then
  return {2, 0}
end
local base = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = math.max(base - burst - now, redis.call('PTTL', KEYS[3]), 0)
if wait > tonumber(ARGV[3]) then
  return {1, wait}
end
redis.call('SET', KEYS[1], string.format('%d', base + interval), 'PX', 120000)
redis.call('INCR', KEYS[2])
redis.call('EXPIRE', KEYS[2], 172800)
return {0, wait}
