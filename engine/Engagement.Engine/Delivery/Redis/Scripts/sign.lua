-- What one of the two does at the moment, told to the other. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 visitor, or 4 agent, the other ''  5 party  6 number up to which entries have arrived, or '' while writing  7 sign, from behind its number on
-- Returns 1; 0 when this is neither of the two, or the conversation is not open.
local id, arrived = ARGV[2], tonumber(ARGV[6])
local offer = find(id)
if not takes_part(offer, ARGV[3], ARGV[4]) then return 0 end
if offer.status ~= Status.Accepted and offer.status ~= Status.Claimed then return 0 end

local said = '{"v":1,"offer":"' .. id .. '","seq":0'
if arrived then
  local mark = id .. ':r:' .. ARGV[5]
  arrived = math.min(arrived, tonumber(redis.call('HGET', ENTRIES, id .. ':n') or 0))
  if arrived <= tonumber(redis.call('HGET', ENTRIES, mark) or 0) then return 1 end
  redis.call('HSET', ENTRIES, mark, arrived)
  touched[ENTRIES] = true
  said = said .. ',"received":' .. arrived
end
redis.call('PUBLISH', CHANNELS .. 'conversation:' .. id, said .. ARGV[7])
settle()
return 1
