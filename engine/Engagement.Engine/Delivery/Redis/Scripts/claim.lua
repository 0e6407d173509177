-- An agent takes an accepted card; exactly one wins. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 offer  3 agent  4 message to the agents  5 message to the page  6 entry of the conversation
-- Returns {outcome, visitor, holder or '', full card or ''}; {outcome} when there is no such offer.
local id, agent = ARGV[2], ARGV[3]
local offer, now = find(id), clock('')

local function take()
  if offer.status == Status.Claimed then return offer.holder == agent and Claim.Claimed or Claim.Taken end
  if offer.status == Status.Ended then
    if not offer.holder then return Claim.GivenUp end
    return offer.holder == agent and Claim.NotFound or Claim.Taken
  end
  if offer.status ~= Status.Accepted then return Claim.NotAccepted end
  if offer.held_until <= now then return Claim.GivenUp end
  if agent ~= offer.agent then
    if not offer.goes_on and now < offer.held_until - Limits.ClaimGiveUpAfter + Limits.ClaimNextAfter then return Claim.ReservedForAnother end
    local known = agent_of(agent)
    if known and not fits(known, offer.language, offer.skill) then return Claim.DoesNotFit end
  end
  change(id, offer, { status = Status.Claimed, holder = agent, held_until = now + Limits.ConversationMax })
  know_agent(agent)
  say(id, ARGV[6])
  redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[4])
  tell_visitor(id, offer, ARGV[5])
  return Claim.Claimed
end

if not offer then return { Claim.NotFound } end
local outcome = take()
settle()
if outcome == Claim.NotFound then return { outcome } end
return { outcome, offer.visitor, offer.holder or '', outcome == Claim.Claimed and content(id, 'full') or '' }
