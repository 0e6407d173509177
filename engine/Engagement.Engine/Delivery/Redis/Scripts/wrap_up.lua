-- What came of a conversation, once; one that is open ends. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 offer  3 agent  4 outcome  5 message to the agents  6 to the page  7 entry, of an end  8 note or ''
--         9 what it counts as for the owner's page, or ''
-- Returns {outcome of the call, visitor, 1 where it ended by this}.
local id = ARGV[2]
local offer = find(id)
if not offer or offer.holder ~= ARGV[3] or offer.status ~= Status.Claimed and offer.status ~= Status.Ended then return { WrapUp.NotFound, '', 0 } end
if offer.wrap_up then return { offer.wrap_up == ARGV[4] and WrapUp.Repeated or WrapUp.AlreadyWrappedUp, offer.visitor, 0 } end
local ends = offer.status == Status.Claimed
if ARGV[8] ~= '' then offer.wrap_up_note = ARGV[8] end
if ends then
  change(id, offer, { status = Status.Ended, held_until = 0, wrap_up = ARGV[4] })
  say(id, ARGV[7])
  redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[5])
  tell_visitor(id, offer, ARGV[6])
else
  offer.wrap_up = ARGV[4]
  redis.call('HSET', OFFERS, id, cmsgpack.pack(offer))
end
if ARGV[9] ~= '' then tally(ARGV[9]) end
settle()
return { WrapUp.Done, offer.visitor, ends and 1 or 0 }
