-- A conversation and its entries after some number. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 number
-- Returns {visitor, holder or '', status, number of the latest entry, wrap-up or '', note or '', number that arrived at the visitor, at an agent, entry, …};
-- nothing where none was accepted.
local id = ARGV[2]
local offer = find(id)
if not offer or offer.status ~= Status.Accepted and offer.status ~= Status.Claimed and offer.status ~= Status.Ended then return false end
local last = tonumber(redis.call('HGET', ENTRIES, id .. ':n') or 0)
local result = { offer.visitor, offer.holder or '', offer.status, last, offer.wrap_up or '', offer.wrap_up_note or '',
  tonumber(redis.call('HGET', ENTRIES, id .. ':r:0') or 0), tonumber(redis.call('HGET', ENTRIES, id .. ':r:1') or 0) }
for seq = tonumber(ARGV[3]) + 1, last do
  local json = redis.call('HGET', ENTRIES, id .. ':' .. seq)
  if json then table.insert(result, json) end
end
return result
