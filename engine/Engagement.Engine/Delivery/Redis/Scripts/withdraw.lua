-- Withdraws every unanswered offer of a site that was switched off. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 message to the agents  3 message to the page
-- Returns {offer, visitor} of each that is to be told.
local endings = {}
local packed = redis.call('HGETALL', OFFERS)
for i = 1, #packed, 2 do
  local id, offer = packed[i], cmsgpack.unpack(packed[i + 1])
  if is_unanswered(offer) and withdraw(id, offer, Status.Withdrawn, ARGV[2], ARGV[3]) then
    table.insert(endings, { id, offer.visitor })
  end
end
settle()
return endings
