-- Agents who are there or hold something. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    none beyond the site's
-- Returns for each {agent, status, who paused her or '', capacity, slots free, seen_at, skills, languages, slots taken: each {offer, status, reserved_at,
-- held_until, language or '', skill or ''}}.
drop_lapsed(clock(''))
local packed, agents = redis.call('HGETALL', AGENTS), {}
for i = 1, #packed, 2 do
  local name, agent = packed[i], cmsgpack.unpack(packed[i + 1])
  local there, seats = is_present(agent), {}
  for _, id in ipairs(offers_held_by(name)) do
    local offer = find(id)
    if offer then table.insert(seats, { id, offer.status, offer.reserved_at, offer.held_until, offer.language or '', offer.skill or '' }) end
  end
  if there or #seats > 0 then
    table.insert(agents, {
      name, there and agent.status or Presence.Away, there and agent.paused_by or '', agent.capacity, free_slots(name, agent), agent.seen_at, agent.skills or '',
      agent.languages or '', seats,
    })
  end
end
return agents
