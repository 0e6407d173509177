-- Takes a partition under a new epoch. Also higher than any before a server that came back empty: epochs are milliseconds where that is more.
-- KEYS    1 epoch  2 checkpoint
-- ARGV    none
-- Returns {epoch, checkpoint or nothing}.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local epoch = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) + 1, now)
redis.call('SET', KEYS[1], epoch, 'PX', Limits.CheckpointRetention)
local checkpoint = redis.call('GET', KEYS[2])
if checkpoint then redis.call('PEXPIRE', KEYS[2], Limits.CheckpointRetention) end
return { epoch, checkpoint }
