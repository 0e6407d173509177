-- Sets or renews an agent's presence; leaving withdraws her open offers. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 agent  3 status  4 capacity  5 message to the agents, 6 to the page, of a withdrawal  7 skills, 8 languages, separated by spaces
--         9 message to the agents where she stands otherwise than before
-- Returns {who paused her or '', {offer, visitor} of each offer that was withdrawn}.
local name, endings = ARGV[2], {}
drop_lapsed(clock(''))
local agent = agent_of(name) or { given_at = 0, status = Presence.Away, capacity = 0, seen_at = 0 }
local free_before, standing_before = free_slots(name, agent), standing_of(agent)
-- Whoever comes anew is not paused.
if not is_present(agent) then agent.paused_by = nil end
agent.status, agent.capacity, agent.seen_at = tonumber(ARGV[3]), tonumber(ARGV[4]), wall
agent.skills, agent.languages = ARGV[7], ARGV[8]
write_agent(name, agent)
if agent.status == Presence.Away then withdraw_of(name, ARGV[5], ARGV[6], endings) end
if standing_of(agent) ~= standing_before then redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[9]) end
freed = free_slots(name, agent) > free_before
settle()
return { agent.paused_by or '', endings }
