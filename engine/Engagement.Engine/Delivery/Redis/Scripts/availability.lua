-- Agents of a site at this moment. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    none beyond the site's
-- Returns {agents present and available, slots free over all of them}.
drop_lapsed(clock(''))
local available, free = 0, 0
local packed = redis.call('HGETALL', AGENTS)
for i = 1, #packed, 2 do
  local name, agent = packed[i], cmsgpack.unpack(packed[i + 1])
  if is_available(agent) then
    available = available + 1
    free = free + math.max(0, agent.capacity - slots_taken(name))
  end
end
return { available, free }
