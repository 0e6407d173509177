-- The log has a reject that was sent again. Where the key is gone, nothing of it is written.
-- KEYS    1 rejects: as in reject_key
-- ARGV    1 milliseconds to add to the server's time  2 id
-- Returns nothing.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
if redis.call('HEXISTS', KEYS[1], 'key') == 1 then redis.call('HSET', KEYS[1], ARGV[2], string.format('r%.0f', now)) end
