-- Part: agents and their slots. A slot is taken by a member of a sorted set that expires; nothing counts up and down.
local function agent_of(name)
  local packed = redis.call('HGET', AGENTS, name)
  return packed and cmsgpack.unpack(packed) or nil
end

local function write_agent(name, agent)
  redis.call('HSET', AGENTS, name, cmsgpack.pack(agent))
  touched[AGENTS] = true
end

-- Whoever holds something without having said anything is waited for as long as a presence lasts.
local function know_agent(name)
  if not agent_of(name) then write_agent(name, { status = Presence.Away, capacity = 0, seen_at = wall, given_at = 0 }) end
end

local function is_present(agent) return wall < agent.seen_at + Limits.AgentPresenceTtl end

-- Something new may come to her, if a slot is free.
local function is_available(agent) return agent.status == Presence.Available and not agent.paused_by and is_present(agent) end

-- How she stands, to be compared: what the agents are told of when it changes.
local function standing_of(agent) return agent.status .. ' ' .. agent.capacity .. ' ' .. (agent.paused_by or '') end

-- Leases that have lapsed take no slot. First step wherever slots are counted.
local function drop_lapsed(now)
  for _, slot in ipairs(redis.call('ZRANGEBYSCORE', LEASES, '-inf', now)) do give_back(slot) end
end

local function slots_taken(name) return redis.call('ZLEXCOUNT', HELD, '[' .. name .. '\0', '(' .. name .. '\1') end

local function free_slots(name, agent)
  if not is_available(agent) then return 0 end
  return math.max(0, agent.capacity - slots_taken(name))
end

-- Whether a list, separated by spaces, holds this one.
local function has(list, one) return string.find(' ' .. (list or '') .. ' ', ' ' .. one .. ' ', 1, true) ~= nil end

-- Whoever declares nothing takes anything; what a card does not ask for (nothing, or '') everybody has.
local function fits(agent, language, skill)
  if language and language ~= '' and (agent.languages or '') ~= '' and not has(agent.languages, language) then return false end
  return not skill or skill == '' or (agent.skills or '') == '' or has(agent.skills, skill)
end

-- Of the agents with a free slot who are wanted, the one with the fewest taken, among these the one who has waited longest for an offer.
local function choose_free(wanted)
  local packed, best, best_agent, best_taken = redis.call('HGETALL', AGENTS), nil, nil, nil
  for i = 1, #packed, 2 do
    local name, agent = packed[i], cmsgpack.unpack(packed[i + 1])
    if is_available(agent) and wanted(name, agent) then
      local taken = slots_taken(name)
      local before = not best or taken < best_taken
        or taken == best_taken and (agent.given_at < best_agent.given_at or agent.given_at == best_agent.given_at and name < best)
      if taken < agent.capacity and before then best, best_agent, best_taken = name, agent, taken end
    end
  end
  return best, best_agent
end

local function offers_held_by(name)
  local offers = {}
  for _, slot in ipairs(redis.call('ZRANGEBYLEX', HELD, '[' .. name .. '\0', '(' .. name .. '\1')) do
    table.insert(offers, string.sub(slot, #name + 2))
  end
  return offers
end

-- Withdraws what an agent holds that is unanswered; appends {offer, visitor} of each that is to be told to endings.
local function withdraw_of(name, card, page, endings)
  for _, id in ipairs(offers_held_by(name)) do
    local offer = find(id)
    if offer and is_unanswered(offer) and withdraw(id, offer, Status.Withdrawn, card, page) then
      table.insert(endings, { id, offer.visitor })
    end
  end
end
