-- What the owner's page is made of. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    none beyond the site's
-- Returns {hours as they stand, standing as it stands, wall, {agents available, their slots, of these free, slots held, visitors waiting, when the first
-- of them is given up or '', questions, when the oldest was left or ''}}.
local now = clock('')
drop_lapsed(now)
local available, capacity, free = 0, 0, 0
local packed = redis.call('HGETALL', AGENTS)
for i = 1, #packed, 2 do
  local name, agent = packed[i], cmsgpack.unpack(packed[i + 1])
  if is_available(agent) then
    available, capacity, free = available + 1, capacity + agent.capacity, free + free_slots(name, agent)
  end
end
local waiting = redis.call('ZRANGEBYSCORE', UNCLAIMED, '(' .. now, '+inf', 'WITHSCORES')
local questions, oldest = 0, nil
for _, id in ipairs(redis.call('ZRANGEBYSCORE', ASKED, '(' .. wall, '+inf')) do
  local question = redis.call('HGET', QUESTIONS, id)
  question = question and cmsgpack.unpack(question)
  if question and not question.done then
    questions = questions + 1
    if not oldest or question.asked_at < oldest then oldest = question.asked_at end
  end
end
return {
  redis.call('HGETALL', HOURS), redis.call('HGETALL', STANDING), wall,
  { available, capacity, free, redis.call('ZCARD', LEASES), #waiting / 2, waiting[2] or '', questions, oldest or '' },
}
