-- One site's effects of a partition's batch, in order. Each is idempotent by its offer. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 partition  3 epoch, then for each effect its name and what it needs:
--         offer   offer, visitor, agent, expires_at, invitation, reserved card, full card
--         card    offer, full card
--         ending  offer, status, message to the agents, message to the page
-- Returns 1; 0 when a later epoch of the partition has written here: then nothing is changed.
local partition, epoch = ARGV[2], tonumber(ARGV[3])
local fence = tonumber(redis.call('HGET', FENCES, partition) or '')
if fence and fence > epoch then return 0 end
if fence ~= epoch then redis.call('HSET', FENCES, partition, ARGV[3]) end
touched[FENCES] = true

local now = clock('')
drop_lapsed(now)

-- A delivery whose reservation is gone (a fail-over lost it) takes a slot anew, or the offer is not made: no slot is given twice.
local function may_open(offer, agent_name)
  if offer then return offer.status == Status.Pending end
  local agent = agent_of(agent_name)
  return not agent or free_slots(agent_name, agent) > 0
end

local function deliver(id, visitor, agent, expires_at, invitation, reserved_card, full_card)
  local before = find(id)
  if before and before.status ~= Status.Pending then return end
  local opens = may_open(before, agent)
  enter(id, {
    status = opens and Status.Open or Status.Withdrawn, visitor = visitor, agent = agent, reserved_at = before and before.reserved_at or now,
    expires_at = tonumber(expires_at), held_until = opens and tonumber(expires_at) or 0,
    language = before and before.language, skill = before and before.skill,
  })
  know_agent(agent)
  if not opens then return end
  set_content(id, 'invitation', invitation)
  set_content(id, 'reserved', reserved_card)
  set_content(id, 'full', full_card)
  if tonumber(expires_at) <= now then return end
  redis.call('PUBLISH', CHANNELS .. 'cards', reserved_card)
  redis.call('PUBLISH', CHANNELS .. 'visitor:' .. visitor, invitation)
end

local function update(id, full_card)
  local offer = find(id)
  if not offer or offer.status ~= Status.Open and offer.status ~= Status.Seen then return end
  set_content(id, 'full', full_card)
  write(id, offer)
end

local function finish(id, status, card, page)
  local offer = find(id)
  if offer and is_unanswered(offer) then withdraw(id, offer, tonumber(status), card, page) end
end

local effects = { offer = { deliver, 7 }, card = { update, 2 }, ending = { finish, 4 } }
local i = 4
while i <= #ARGV do
  local act, count = unpack(effects[ARGV[i]])
  act(unpack(ARGV, i + 1, i + count))
  i = i + 1 + count
end
settle()
return 1
