-- Whether a page of a visitor is open, on any node.
-- KEYS    1 page: zset of nodes, scored by when their word lapses
-- ARGV    1 milliseconds to add to the server's time
-- Returns 1 or 0.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
return redis.call('ZCOUNT', KEYS[1], '(' .. now, '+inf') > 0 and 1 or 0
