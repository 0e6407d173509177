-- Ends a claimed conversation and frees its slot. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 agent  4 message to the agents  5 message to the page
-- Returns 1; 0 when this agent does not hold it.
local id = ARGV[2]
local offer = find(id)
if not offer or offer.holder ~= ARGV[3] then return 0 end
if offer.status ~= Status.Claimed then return offer.status == Status.Ended and 1 or 0 end
change(id, offer, { status = Status.Ended, held_until = 0 })
redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[4])
tell_visitor(id, offer, ARGV[5])
settle()
return 1
