-- Whether pages of visitors are open, on any node.
-- KEYS    one for each visitor, all in one hash slot: zset of nodes, scored by when their word lapses
-- ARGV    1 milliseconds to add to the server's time
-- Returns 1 or 0 for each.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
local open = {}
for i, key in ipairs(KEYS) do
  open[i] = redis.call('ZCOUNT', key, '(' .. now, '+inf') > 0 and 1 or 0
end
return open
