-- Asks for a slot of a free agent. Parts: site, offers, agents.
-- KEYS    the site's
-- ARGV    2 offer  3 its session  4 its ordinal  5 visitor  6 lease, ms  7 offers an hour at most  8 held out: 1 or 0  9 observe only: 1 or 0
--         10 log time or ''  11 language or ''  12 skill or ''
-- Returns {resolution, agent, expires_at}; the last two of a reservation only. Where nobody is free {resolution, 1 where others are who do not fit}.
local id, session, ordinal, visitor, log_time = ARGV[2], ARGV[3], tonumber(ARGV[4]), ARGV[5], ARGV[10]
local now = clock(log_time)

-- Whether the visitor's latest offer leaves room: within a session only after one that was withdrawn or lapsed unseen; in a new session, once
-- nothing of the old one is open. A later one of the session that is only reserved stands in nobody's way: who wishes an earlier one again begins
-- anew from before it was recorded.
local function allows_another()
  local latest_id, latest = latest_of(visitor)
  if not latest then return true end
  local latest_session, latest_ordinal = string.match(latest_id, '^o_(%x+)_(%d+)$')
  if latest.status == Status.Pending and latest_session == session and tonumber(latest_ordinal) > ordinal then return true end
  if is_active(latest, now) then return false end
  if latest_id == id then return latest.status == Status.Pending end
  if latest_session ~= session then return true end
  return (latest.status == Status.Withdrawn or latest.status == Status.Pending or latest.status == Status.Open) and tonumber(latest_ordinal) < ordinal
end

local function resolve()
  local same = find(id)
  if same and is_active(same, now) then return { Resolution.Reserved, same.agent, same.expires_at } end
  if not allows_another() then return { Resolution.AlreadyOffered } end
  drop_lapsed(now)
  local name, agent = choose_free(function(_, one) return fits(one, ARGV[11], ARGV[12]) end)
  if not name then return { Resolution.NobodyFree, choose_free(function() return true end) and 1 or 0 } end
  redis.call('ZREMRANGEBYSCORE', RESERVED, '-inf', now - Limits.OfferCapWindow)
  if redis.call('ZCARD', RESERVED) >= tonumber(ARGV[7]) then return { Resolution.OfferCap } end
  if ARGV[8] == '1' then return { Resolution.Holdout } end
  if ARGV[9] == '1' then return { Resolution.Observed } end
  agent.given_at = now
  write_agent(name, agent)
  -- By the wisher's own log time: another partition of a replay may be ahead, and what a session is told must not hang on that.
  local expires_at = (tonumber(log_time) or now) + tonumber(ARGV[6])
  enter(id, {
    status = Status.Pending, visitor = visitor, agent = name, reserved_at = now, expires_at = expires_at, held_until = expires_at,
    language = ARGV[11], skill = ARGV[12],
  })
  return { Resolution.Reserved, name, expires_at }
end

local result = resolve()
settle()
return result
