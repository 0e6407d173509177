-- Part: offers as stored, and what changes with them. Every change of an offer goes through enter, change or remove.
local function find(id)
  local packed = redis.call('HGET', OFFERS, id)
  return packed and cmsgpack.unpack(packed) or nil
end

local function content(id, kind) return redis.call('HGET', CONTENT, id .. ':' .. kind) or '' end

local function set_content(id, kind, json)
  redis.call('HSET', CONTENT, id .. ':' .. kind, json)
  touched[CONTENT] = true
end

local function is_unanswered(offer)
  return offer.status == Status.Pending or offer.status == Status.Open or offer.status == Status.Seen
end

-- Stands between its visitor and another offer.
local function is_active(offer, now)
  if is_unanswered(offer) then return offer.expires_at > now end
  if offer.status == Status.Accepted then return offer.held_until > now end
  return offer.status == Status.Claimed
end

-- Agents see it: on offer, waiting for a claim, or in conversation.
local function is_on_cards(offer)
  return offer.status == Status.Open or offer.status == Status.Seen or offer.status == Status.Accepted or offer.status == Status.Claimed
end

local function slot_of(id, offer) return (offer.holder or offer.agent) .. '\0' .. id end

local function give_back(slot)
  redis.call('ZREM', HELD, slot)
  return redis.call('ZREM', LEASES, slot) == 1
end

local function write(id, offer)
  offer.written_at = wall
  redis.call('HSET', OFFERS, id, cmsgpack.pack(offer))
  redis.call('ZADD', WRITTEN, wall, id)
  touched[OFFERS], touched[WRITTEN] = true, true
  if offer.held_until > 0 then
    local slot = slot_of(id, offer)
    redis.call('ZADD', LEASES, offer.held_until, slot)
    redis.call('ZADD', HELD, 0, slot)
    touched[LEASES], touched[HELD] = true, true
  end
  if offer.status == Status.Accepted then
    redis.call('ZADD', UNCLAIMED, offer.held_until, id)
    touched[UNCLAIMED] = true
  else
    redis.call('ZREM', UNCLAIMED, id)
  end
  if offer.status == Status.Ended then
    redis.call('ZADD', ENDED, wall + Limits.TranscriptRetention, id)
    touched[ENDED] = true
  end
end

-- Adds an entry to the conversation, stores it, then says it. The tail is its JSON from behind its number on. Returns the number.
local function say(id, tail)
  local seq = redis.call('HINCRBY', ENTRIES, id .. ':n', 1)
  local json = '{"v":1,"offer":"' .. id .. '","seq":' .. seq .. tail
  redis.call('HSET', ENTRIES, id .. ':' .. seq, json)
  touched[ENTRIES] = true
  redis.call('PUBLISH', CHANNELS .. 'conversation:' .. id, json)
  return seq
end

-- What was said is forgotten, together.
local function forget_entries(id)
  for seq = 1, tonumber(redis.call('HGET', ENTRIES, id .. ':n') or 0) do
    local message = redis.call('HGET', ENTRIES, id .. ':k:' .. seq)
    if message then redis.call('HDEL', ENTRIES, id .. ':k:' .. seq, id .. ':p:' .. message) end
    redis.call('HDEL', ENTRIES, id .. ':' .. seq)
  end
  redis.call('HDEL', ENTRIES, id .. ':n', id .. ':m', id .. ':r:0', id .. ':r:1')
  redis.call('ZREM', ENDED, id)
end

-- The visitor whose offer it is, or the agent who claimed it; the other of the two is ''.
local function takes_part(offer, visitor, agent)
  if not offer or offer.status == Status.Pending then return false end
  if agent ~= '' then return offer.holder == agent end
  return offer.visitor == visitor
end

-- The visitor's offers but this one, and her latest of them.
local function others_of(visitor, id)
  local others, last = {}, nil
  for other in string.gmatch(redis.call('HGET', VISITORS, visitor) or '', '%S+') do
    if other ~= id then
      table.insert(others, other)
      last = other
    end
  end
  return others, last
end

local function latest_of(visitor)
  local _, last = others_of(visitor, nil)
  local offer = last and find(last)
  return offer and last or nil, offer or nil
end

-- A new offer, or one of an id that is made again.
local function enter(id, offer)
  local before = find(id)
  if before then give_back(slot_of(id, before)) end
  write(id, offer)
  -- The cap is on invitations: a visitor who asks herself is counted in none.
  if not offer.asked then redis.call('ZADD', RESERVED, offer.reserved_at, id) end
  local others, last = others_of(offer.visitor, id)
  local latest = last and find(last)
  table.insert(others, (latest and latest.reserved_at > offer.reserved_at) and #others or #others + 1, id)
  redis.call('HSET', VISITORS, offer.visitor, table.concat(others, ' '))
  touched[RESERVED], touched[VISITORS] = true, true
end

-- What the owner's page counts of an offer's next status; a conversation that goes back to the queue is not accepted again.
local STEPS = {
  [Status.Seen] = Tally.Shown, [Status.Accepted] = Tally.Accepted, [Status.Declined] = Tally.Declined, [Status.Ignored] = Tally.Ignored,
  [Status.Withdrawn] = Tally.Withdrawn, [Status.Claimed] = Tally.Claimed,
}
local function tally_step(before, after)
  if before == after or before == Status.Pending or before == Status.Claimed or not STEPS[after] then return end
  tally(STEPS[after])
end

-- Gives up the slot that the offer held and takes the one that it then holds, if any.
local function change(id, offer, changes)
  local slot = slot_of(id, offer)
  local was_held = give_back(slot)
  if changes.status then tally_step(offer.status, changes.status) end
  for name, value in pairs(changes) do offer[name] = value end
  write(id, offer)
  if was_held and (offer.held_until == 0 or slot_of(id, offer) ~= slot) then freed = true end
end

local function remove(id, offer)
  if give_back(slot_of(id, offer)) then freed = true end
  redis.call('HDEL', OFFERS, id)
  redis.call('HDEL', CONTENT, id .. ':invitation', id .. ':reserved', id .. ':full')
  redis.call('ZREM', RESERVED, id)
  redis.call('ZREM', WRITTEN, id)
  redis.call('ZREM', UNCLAIMED, id)
  forget_entries(id)
  local others = others_of(offer.visitor, id)
  if #others == 0 then redis.call('HDEL', VISITORS, offer.visitor)
  else redis.call('HSET', VISITORS, offer.visitor, table.concat(others, ' ')) end
end

-- Stored first, then said. A message may name the offer as it is found here: the id of nought stands for it.
local function tell_agents(id, message) redis.call('PUBLISH', CHANNELS .. 'cards', (string.gsub(message, Messages.AnyOffer, id))) end
local function tell_visitor(id, offer, message)
  redis.call('PUBLISH', CHANNELS .. 'visitor:' .. offer.visitor, (string.gsub(message, Messages.AnyOffer, id)))
end

-- Ends an offer. Returns whether that is to be told: what was only reserved is known to nobody, and its end would be told before the offer itself.
local function withdraw(id, offer, status, card, page)
  local was_shown = offer.status ~= Status.Pending
  change(id, offer, { status = status, held_until = 0 })
  if not was_shown then return false end
  tell_agents(id, card)
  tell_visitor(id, offer, page)
  return true
end
