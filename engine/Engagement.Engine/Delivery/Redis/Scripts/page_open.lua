-- A page of a visitor is open, as one node sees it; holds for a while and is renewed.
-- KEYS    1 page: zset of nodes, scored by when their word lapses
-- ARGV    1 milliseconds to add to the server's time  2 node
-- Returns nothing.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + Limits.PagePresenceTtl, ARGV[2])
redis.call('PEXPIRE', KEYS[1], Limits.PagePresenceTtl)
