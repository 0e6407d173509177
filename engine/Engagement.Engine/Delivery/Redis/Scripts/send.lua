-- A message of one of the two. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 visitor, or 4 agent, the other ''  5 party and id of the message  6 entry of the conversation  7 messages at most
-- Returns {outcome, number}.
local id, message = ARGV[2], ARGV[5]
local offer = find(id)

local function take()
  if not takes_part(offer, ARGV[3], ARGV[4]) then return { Send.NotFound, 0 } end
  local known = redis.call('HGET', ENTRIES, id .. ':p:' .. message)
  if known then return { Send.Sent, tonumber(known) } end
  if offer.status == Status.Ended then return { Send.Closed, 0 } end
  if offer.status ~= Status.Accepted and offer.status ~= Status.Claimed then return { Send.NotOpen, 0 } end
  if tonumber(redis.call('HGET', ENTRIES, id .. ':m') or 0) >= tonumber(ARGV[7]) then return { Send.Full, 0 } end
  local seq = say(id, ARGV[6])
  redis.call('HINCRBY', ENTRIES, id .. ':m', 1)
  redis.call('HSET', ENTRIES, id .. ':k:' .. seq, message, id .. ':p:' .. message, seq)
  write(id, offer)
  return { Send.Sent, seq }
end

local result = take()
settle()
return result
