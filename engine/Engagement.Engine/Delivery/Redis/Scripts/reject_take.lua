-- A reject is sent again: by nobody else meanwhile, and by nobody once it was.
-- KEYS    1 rejects: as in reject_key
-- ARGV    1 milliseconds to add to the server's time  2 id
-- Returns the outcome: Resend.Taken, Resend.Resent, Resend.Busy, or Resend.Gone where the key is.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
if redis.call('HEXISTS', KEYS[1], 'key') == 0 then return Resend.Gone end
local known = redis.call('HGET', KEYS[1], ARGV[2]) or ''
if known:sub(1, 1) == 'r' then return Resend.Resent end
if known:sub(1, 1) == 'h' and tonumber(known:sub(2)) > now then return Resend.Busy end
redis.call('HSET', KEYS[1], ARGV[2], string.format('h%.0f', now + Limits.ResendHoldMax))
return Resend.Taken
