-- The visitor's offer that is open, seen, accepted or claimed. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 visitor
-- Returns {offer, visitor, agent, status, expires_at, invitation, full card}, or nothing.
local id, offer = latest_of(ARGV[2])
if not offer or not is_on_cards(offer) or not is_active(offer, clock('')) then return false end
return { id, offer.visitor, offer.holder or offer.agent, offer.status, offer.expires_at, content(id, 'invitation'), content(id, 'full') }
