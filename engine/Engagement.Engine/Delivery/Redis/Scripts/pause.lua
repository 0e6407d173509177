-- Pauses an agent who is there, or resumes her; pausing withdraws her open offers. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 agent  3 who pauses her, or '' to resume  4 message to the agents, 5 to the page, of a withdrawal  6 to the agents, of a change
-- Returns {1 where she is there, {offer, visitor} of each offer that was withdrawn}.
local name, by, endings = ARGV[2], ARGV[3], {}
drop_lapsed(clock(''))
local agent = agent_of(name)
if not agent or not is_present(agent) then return { 0, endings } end
if (agent.paused_by or '') == by then return { 1, endings } end
local free_before = free_slots(name, agent)
agent.paused_by = by ~= '' and by or nil
write_agent(name, agent)
if agent.paused_by then withdraw_of(name, ARGV[4], ARGV[5], endings) end
redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[6])
freed = free_slots(name, agent) > free_before
settle()
return { 1, endings }
