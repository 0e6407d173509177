-- Either of the two ends a conversation; its slot is free. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 visitor, or 4 agent, the other ''  5 message to the agents  6 message to the page  7 entry of the conversation
-- Returns 1; 0 when this is neither of the two, or nothing was accepted.
local id = ARGV[2]
local offer = find(id)
if not takes_part(offer, ARGV[3], ARGV[4]) then return 0 end
if offer.status ~= Status.Claimed and offer.status ~= Status.Accepted then return offer.status == Status.Ended and 1 or 0 end
change(id, offer, { status = Status.Ended, held_until = 0 })
say(id, ARGV[7])
redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[5])
tell_visitor(id, offer, ARGV[6])
settle()
return 1
