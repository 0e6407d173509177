-- What time does to a site's offers: agents whose presence lapsed, accepted cards that nobody took, what is too old. Told once, whoever asks.
-- Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    messages: 2 to the agents, 3 to the page, of a withdrawal; 4 to the agents, 5 to the page, of a card given up;
--         6 entry of its conversation
-- Returns two lists of {offer, visitor}: withdrawn, given up.
local withdrawn, given_up = {}, {}
local now = clock('')
drop_lapsed(now)
local packed = redis.call('HGETALL', AGENTS)
for i = 1, #packed, 2 do
  local name, agent = packed[i], cmsgpack.unpack(packed[i + 1])
  if not is_present(agent) then
    withdraw_of(name, ARGV[2], ARGV[3], withdrawn)
    if agent.seen_at + Limits.OfferRetention < wall and slots_taken(name) == 0 then redis.call('HDEL', AGENTS, name) end
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', UNCLAIMED, '-inf', now)) do
  local offer = find(id)
  if offer then
    change(id, offer, { status = Status.Ended, held_until = 0 })
    say(id, ARGV[6])
    tell_agents(id, ARGV[4])
    tell_visitor(id, offer, ARGV[5])
    table.insert(given_up, { id, offer.visitor })
  else
    redis.call('ZREM', UNCLAIMED, id)
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', WRITTEN, '-inf', '(' .. wall - Limits.OfferRetention, 'LIMIT', 0, 1000)) do
  local offer = find(id)
  if offer then remove(id, offer) else redis.call('ZREM', WRITTEN, id) end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', ENDED, '-inf', '(' .. wall, 'LIMIT', 0, 100)) do forget_entries(id) end
settle()
return { withdrawn, given_up }
