-- The visitor opens the way to an agent herself. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 offer  3 visitor  4 language or ''  5 skill or ''  6 full card  7 message to the page  8 to the agents, 9 to the page, of an invitation
--         that gives way
--         10 to the agents, of whom it is kept for
-- Returns {outcome, offer that she is in, offer that gave way or ''}.
local id, visitor = ARGV[2], ARGV[3]
local now = clock('')

local function take()
  if find(id) then return { Ask.Asked, id, '' } end
  local latest_id, latest = latest_of(visitor)
  local withdrawn = ''
  if latest and is_active(latest, now) then
    if not is_unanswered(latest) then return { Ask.InConversation, latest_id, '' } end
    if withdraw(latest_id, latest, Status.Withdrawn, ARGV[8], ARGV[9]) then withdrawn = latest_id end
  end
  drop_lapsed(now)
  local name, agent = choose_free(function(_, one) return fits(one, ARGV[4], ARGV[5]) end)
  if not name then return { Ask.NobodyFree, id, withdrawn } end
  agent.given_at = now
  write_agent(name, agent)
  enter(id, {
    status = Status.Accepted, visitor = visitor, agent = name, reserved_at = now, expires_at = now + Limits.ClaimGiveUpAfter,
    held_until = now + Limits.ClaimGiveUpAfter, language = ARGV[4], skill = ARGV[5], asked = true,
  })
  tally(Tally.Asked)
  set_content(id, 'full', ARGV[6])
  set_content(id, 'invitation', ARGV[7])
  redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[6])
  tell_agents(id, (string.gsub(ARGV[10], Messages.AnyAgent, name)))
  redis.call('PUBLISH', CHANNELS .. 'visitor:' .. visitor, ARGV[7])
  return { Ask.Asked, id, withdrawn }
end

local result = take()
settle()
return result
