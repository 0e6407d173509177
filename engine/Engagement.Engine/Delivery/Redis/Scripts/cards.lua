-- Open cards of a site, oldest first. Parts: site, offers.
-- KEYS    the site's
-- ARGV    none beyond the site's
-- Returns for each {offer, status, agent, card, held_until, marks: goes_on 1, came_back 2, asked 4, handed_over 8}: the full card of an accepted one, none of a claimed one, else the reserved card.
local now, cards = clock(''), {}
for _, slot in ipairs(redis.call('ZRANGEBYSCORE', LEASES, '(' .. now, '+inf')) do
  local id = string.match(slot, '%z(.*)$')
  local offer = find(id)
  if offer and is_on_cards(offer) and is_active(offer, now) then table.insert(cards, { offer.reserved_at, id, offer }) end
end
table.sort(cards, function(a, b) if a[1] ~= b[1] then return a[1] < b[1] end return a[2] < b[2] end)
for i, card in ipairs(cards) do
  local id, offer = card[2], card[3]
  local json = ''
  if offer.status == Status.Accepted then json = content(id, 'full')
  elseif offer.status ~= Status.Claimed then json = content(id, 'reserved') end
  local marks = (offer.goes_on and 1 or 0) + (offer.came_back and 2 or 0) + (offer.asked and 4 or 0) + (offer.handed_over and 8 or 0)
  cards[i] = { id, offer.status, offer.holder or offer.agent, json, offer.held_until, marks }
end
return cards
