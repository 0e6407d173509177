-- What a batch of a partition counts for the owner's page. Part: site.
-- KEYS    the site's
-- ARGV    2 partition  3 epoch  4 offset of the first record that may count  5 offset behind the last  6 the log's end when the epoch began
--         7 1 where the site lives by the log's clock  8 live sessions by state, separated by spaces  then pairs: <hour>:<tally>, how often
-- Returns -1: done, now or before. Else an offset between 4 and 5 up to which all is counted: nothing is changed, to be called again with what lies
-- behind it.
local partition, epoch, from, to, log_end = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local known, counted = string.match(redis.call('HGET', STANDING, partition) or '', '^(%d+) (%d+)')
known, counted = tonumber(known or 0), tonumber(counted or 0)
if known > epoch then return -1 end
-- Beyond its end the log could not have been counted: it was another log.
if known < epoch and counted > log_end then counted = 0 end
if counted > from and counted < to then return counted end

local by_log = ARGV[7] == '1'
local function hour_in(field) return tonumber(string.match(field, '^%d+')) end
if counted <= from then
  local latest = by_log and 0 or hour_of(wall)
  for i = 9, #ARGV, 2 do latest = by_log and math.max(latest, hour_in(ARGV[i])) or latest end
  latest = begin_hour(latest)
  for i = 9, #ARGV, 2 do
    -- A clock that is wrong by a day puts nothing into the owner's hours.
    if math.abs(hour_in(ARGV[i]) - latest) < Limits.TallyHours then add_tally(ARGV[i], ARGV[i + 1]) end
  end
end
redis.call('HSET', STANDING, partition, ARGV[3] .. ' ' .. (counted > to and string.format('%.0f', counted) or ARGV[5]) .. ' ' .. string.format('%.0f', wall) .. ' ' .. ARGV[8])
touched[STANDING] = true
settle()
return -1
