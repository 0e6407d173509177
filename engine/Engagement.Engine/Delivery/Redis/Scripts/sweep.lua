-- What time does to a site's offers: agents whose presence lapsed, accepted cards that nobody took, what is too old. Told once, whoever asks.
-- Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    messages: 2 to the agents, 3 to the page, of a withdrawal; 4 to the agents, 5 to the page, of a card given up;
--         6 entry of its conversation
--         7 to the agents, of a card that goes on
--         8 to the agents, 9 to the page, 10 entry, of a conversation whose agent disappeared
--         11 to the agents, 12 entry, of one whose agent disappeared again; its page hears as of a card given up
-- Returns three lists of {offer, visitor}: withdrawn, given up, ended because its agents disappeared.
local withdrawn, given_up, left = {}, {}, {}
local now = clock('')
drop_lapsed(now)

-- Conversations of an agent who disappeared go back to the queue, once.
local function come_back_of(name)
  for _, id in ipairs(offers_held_by(name)) do
    local offer = find(id)
    if offer and offer.status == Status.Claimed and offer.holder == name then
      if offer.came_back then
        change(id, offer, { status = Status.Ended, held_until = 0 })
        say(id, ARGV[12])
        tell_agents(id, ARGV[11])
        tell_visitor(id, offer, ARGV[5])
        table.insert(left, { id, offer.visitor })
      else
        -- The same slot as before, of whoever is not there to use it.
        offer.agent, offer.holder = name, nil
        change(id, offer, { status = Status.Accepted, held_until = now + Limits.ClaimGiveUpAfter, came_back = true, goes_on = true })
        say(id, ARGV[10])
        tell_agents(id, ARGV[8])
        tell_visitor(id, offer, ARGV[9])
      end
    end
  end
end

local packed = redis.call('HGETALL', AGENTS)
for i = 1, #packed, 2 do
  local name, agent = packed[i], cmsgpack.unpack(packed[i + 1])
  if not is_present(agent) then
    withdraw_of(name, ARGV[2], ARGV[3], withdrawn)
    come_back_of(name)
    if agent.seen_at + Limits.OfferRetention < wall and slots_taken(name) == 0 then redis.call('HDEL', AGENTS, name) end
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', UNCLAIMED, '-inf', now + Limits.ClaimGiveUpAfter - Limits.ClaimNextAfter)) do
  local offer = find(id)
  if not offer then
    redis.call('ZREM', UNCLAIMED, id)
  elseif offer.held_until <= now then
    tally(Tally.Unclaimed)
    change(id, offer, { status = Status.Ended, held_until = 0 })
    say(id, ARGV[6])
    tell_agents(id, ARGV[4])
    tell_visitor(id, offer, ARGV[5])
    table.insert(given_up, { id, offer.visitor })
  elseif not offer.goes_on then
    change(id, offer, { goes_on = true })
    tell_agents(id, ARGV[7])
  end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', WRITTEN, '-inf', '(' .. wall - Limits.OfferRetention, 'LIMIT', 0, 1000)) do
  local offer = find(id)
  if offer then remove(id, offer) else redis.call('ZREM', WRITTEN, id) end
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', ENDED, '-inf', '(' .. wall, 'LIMIT', 0, 100)) do forget_entries(id) end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', ASKED, '-inf', wall, 'LIMIT', 0, 1000)) do
  redis.call('HDEL', QUESTIONS, id)
  redis.call('ZREM', ASKED, id)
end
settle()
return { withdrawn, given_up, left }
