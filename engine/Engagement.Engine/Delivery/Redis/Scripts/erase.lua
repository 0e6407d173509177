-- Forgets a visitor's offers and cards. Parts: site, offers.
-- KEYS    the site's
-- ARGV    2 visitor  3 message to the agents, 4 to the page, of a withdrawal  5 entry of its conversation
-- Returns how many offers there were.
local ids = others_of(ARGV[2], nil)
local count = 0
for _, id in ipairs(ids) do
  local offer = find(id)
  if offer then
    count = count + 1
    if is_on_cards(offer) then
      tell_agents(id, ARGV[3])
      tell_visitor(id, offer, ARGV[4])
    end
    if redis.call('HEXISTS', ENTRIES, id .. ':n') == 1 then say(id, ARGV[5]) end
    remove(id, offer)
  end
end
redis.call('HDEL', VISITORS, ARGV[2])
local packed = redis.call('HGETALL', QUESTIONS)
for i = 1, #packed, 2 do
  if cmsgpack.unpack(packed[i + 1]).visitor == ARGV[2] then
    redis.call('HDEL', QUESTIONS, packed[i])
    redis.call('ZREM', ASKED, packed[i])
  end
end
settle()
return count
