-- Takes one request out of the shared budget. Mirrors `Budget::take_own`.
-- KEYS: due time, count of the day, pause.
-- ARGV: interval, burst, longest wait (all in ms), requests a day.
-- Returns {0, wait} for "go after", {1, wait} for "come back after", {2, 0} for "not today".
-- Whatever cannot be read counts as nothing asked so far.
local function number(key) return tonumber(redis.call('GET', key) or '') or 0 end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local today = number(KEYS[2])
if today >= tonumber(ARGV[4]) then
  return {2, 0}
end
local base = math.max(number(KEYS[1]), now)
local wait = math.max(base - burst - now, redis.call('PTTL', KEYS[3]), 0)
if wait > tonumber(ARGV[3]) then
  return {1, wait}
end
redis.call('SET', KEYS[1], string.format('%d', base + interval), 'PX', 120000)
redis.call('SET', KEYS[2], string.format('%d', today + 1), 'EX', 172800)
return {0, wait}
