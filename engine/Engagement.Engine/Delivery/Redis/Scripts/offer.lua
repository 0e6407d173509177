-- One offer as stored, unless it is only reserved. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer
-- Returns {offer, visitor, agent, status, expires_at, invitation, full card}, or nothing.
local id = ARGV[2]
local offer = find(id)
if not offer or offer.status == Status.Pending then return false end
return { id, offer.visitor, offer.holder or offer.agent, offer.status, offer.expires_at, content(id, 'invitation'), content(id, 'full') }
