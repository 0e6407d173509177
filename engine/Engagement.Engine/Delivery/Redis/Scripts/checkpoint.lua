-- Writes a partition's checkpoint unless a later epoch owns it. One that was written before does not move the position back.
-- KEYS    1 epoch  2 checkpoint
-- ARGV    1 epoch  2 position  3 checkpoint: version (1 byte), epoch (8), position (8), …
-- Returns the outcome: Commit.Done, Commit.Fenced, or Commit.Lost where the epoch is gone.
local epoch, position = tonumber(ARGV[1]), tonumber(ARGV[2])
local stored = tonumber(redis.call('GET', KEYS[1]) or '')
if not stored then return Commit.Lost end
if stored > epoch then return Commit.Fenced end
-- Lower only where a fail-over lost the taking: set right.
redis.call('SET', KEYS[1], ARGV[1], 'PX', Limits.CheckpointRetention)
local head = redis.call('GETRANGE', KEYS[2], 0, 16)
if #head == 17 then
  local _, known_epoch, known_position = struct.unpack('>I1I8I8', head)
  if known_position > position and known_epoch >= epoch then return Commit.Done end
end
redis.call('SET', KEYS[2], ARGV[3], 'PX', Limits.CheckpointRetention)
return Commit.Done
