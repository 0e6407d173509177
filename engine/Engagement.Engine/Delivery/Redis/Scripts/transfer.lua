-- Hands a conversation to another agent, whose slot is held. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 offer  3 agent who has it  4 agent to get it, or ''  5 skill, or ''  6 message to the agents  7 to the page  8 entry of the conversation
-- Returns the outcome.
local id, from, to_agent, skill = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local offer, now = find(id), clock('')

local function hand_over()
  if not offer or offer.status ~= Status.Claimed or offer.holder ~= from then return Transfer.NotFound end
  drop_lapsed(now)
  local name, agent = choose_free(function(one, known)
    if one == from then return false end
    if to_agent ~= '' then return one == to_agent end
    return has(known.skills, skill) and fits(known, offer.language, nil)
  end)
  if not name then return Transfer.NobodyFree end
  agent.given_at = now
  write_agent(name, agent)
  -- The slot of the one is given up, that of the other taken, in one step.
  if give_back(slot_of(id, offer)) then freed = true end
  offer.agent, offer.holder, offer.goes_on = name, nil, nil
  if skill ~= '' then offer.skill = skill end
  change(id, offer, { status = Status.Accepted, held_until = now + Limits.ClaimGiveUpAfter, handed_over = true })
  say(id, ARGV[8])
  tell_agents(id, (string.gsub(ARGV[6], Messages.AnyAgent, name)))
  tell_visitor(id, offer, ARGV[7])
  return Transfer.Transferred
end

local outcome = hand_over()
settle()
return outcome
