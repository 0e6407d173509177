-- Takes a visitor's answer. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 visitor  4 answer  5 full card as she left it, or ''  6 log time or ''  7 message to the agents, 8 to the page, of a no
-- Returns the outcome.
local id, answer, full_card = ARGV[2], tonumber(ARGV[4]), ARGV[5]

-- The same answer, asked again, is answered again.
local function stands(status)
  if answer == Answer.Shown then return true end
  if answer == Answer.Accepted then return status == Status.Accepted or status == Status.Claimed or status == Status.Ended end
  return status == (answer == Answer.Declined and Status.Declined or Status.Ignored)
end

local function take()
  local offer, now = find(id), clock(ARGV[6])
  if not offer or offer.visitor ~= ARGV[3] or offer.status == Status.Pending then return Outcome.NotFound end
  if offer.status == Status.Withdrawn then return Outcome.Lapsed end
  if not is_unanswered(offer) then return stands(offer.status) and Outcome.Done or Outcome.AlreadyAnswered end
  if offer.expires_at <= now then return Outcome.Lapsed end
  if answer == Answer.Shown then
    if offer.status ~= Status.Seen then change(id, offer, { status = Status.Seen }) end
  elseif answer == Answer.Accepted then
    -- The lease becomes a conversation to be claimed: the slot stays taken while the visitor waits.
    if full_card ~= '' then set_content(id, 'full', full_card) end
    change(id, offer, { status = Status.Accepted, held_until = now + Limits.ClaimGiveUpAfter })
    redis.call('PUBLISH', CHANNELS .. 'cards', content(id, 'full'))
  else
    withdraw(id, offer, answer == Answer.Declined and Status.Declined or Status.Ignored, ARGV[7], ARGV[8])
  end
  return Outcome.Done
end

local outcome = take()
settle()
return outcome
