-- Part of every script of one site: its keys, all in the hash slot {site}, and its time.
--
-- KEYS   1 agents     hash   agent → packed {status, capacity, seen_at, given_at, skills, languages, paused_by}
--        2 leases     zset   agent NUL offer, scored by when the slot is free again: the slots that are taken
--        3 held       zset   the same members, scored 0: one agent's are counted by their prefix
--        4 offers     hash   offer → packed {status, visitor, agent, holder, reserved_at, expires_at, held_until, written_at, language, skill,
--                            goes_on, came_back, asked, handed_over, wrap_up, wrap_up_note}
--        5 content    hash   offer:invitation, offer:reserved, offer:full → JSON
--        6 visitors   hash   visitor → offers, separated by a space, the latest last
--        7 reserved   zset   offer, scored by its reservation: the cap of an hour
--        8 written    zset   offer, scored by its last change: retention
--        9 unclaimed  zset   accepted offer, scored by when it is given up
--       10 clock      string latest log time, where the site lives by it
--       11 fences     hash   partition → latest epoch that wrote here
--       12 entries    hash   of conversations: offer:n → number of the latest entry, offer:m → how many are messages, offer:<number> → JSON,
--                            offer:k:<number> → party and id of a message, offer:p:<party and id> → its number, offer:r:<party> → number of the
--                            latest entry that has arrived there
--       13 ended      zset   offer, scored by when its entries are forgotten
--       14 questions  hash   question that was left → packed {visitor, asked_at, holder, taken_until, done, json}
--       15 asked      zset   question, scored by when it is forgotten
--       16 hours      hash   <hours since 1970>:<tally> → how often; latest → the latest hour that was begun
--       17 standing   hash   partition → epoch, offset that is counted to, when it was said, live sessions by state; separated by spaces
-- ARGV   1 milliseconds to add to the server's time (0 but in tests)
--
-- Names such as Status.Open and Limits.OfferRetention become numbers (durations in milliseconds) when the script is loaded.
local AGENTS, LEASES, HELD, OFFERS, CONTENT, VISITORS, RESERVED, WRITTEN, UNCLAIMED, CLOCK, FENCES, ENTRIES, ENDED, QUESTIONS, ASKED, HOURS,
  STANDING =
  unpack(KEYS)
local CHANNELS = string.sub(AGENTS, 1, -#'agents' - 1)
local touched, freed = {}, false

local time = redis.call('TIME')
local wall = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])

-- The site's time: the log's latest where it lives by it, else the server's. log_time is '' where there is none.
local function clock(log_time)
  local known = tonumber(redis.call('GET', CLOCK) or '')
  local said = tonumber(log_time)
  if said then
    touched[CLOCK] = true
    if not known or said > known then
      redis.call('SET', CLOCK, log_time)
      known = said
    end
  end
  return known or wall
end

local function hour_of(at) return math.floor(at / 3600000) end

-- With a new hour those that are no longer shown are forgotten. Returns the latest that was begun.
local function begin_hour(hour)
  local latest = tonumber(redis.call('HGET', HOURS, 'latest') or '') or -1
  if hour <= latest then return latest end
  redis.call('HSET', HOURS, 'latest', hour)
  touched[HOURS] = true
  for _, field in ipairs(redis.call('HKEYS', HOURS)) do
    local of = tonumber(string.match(field, '^(%d+):') or '')
    if of and of <= hour - Limits.TallyHours then redis.call('HDEL', HOURS, field) end
  end
  return hour
end

-- So many more of what the owner's page counts, in an hour.
local function add_tally(field, count)
  redis.call('HINCRBY', HOURS, field, count)
  touched[HOURS] = true
end

-- One more, in the hour of the site's time.
local function tally(kind)
  local hour = hour_of(clock(''))
  begin_hour(hour)
  add_tally(hour .. ':' .. kind, 1)
end

-- Last step of a script that changes anything: nothing lives for ever, and a slot that became free is told.
local function settle()
  for key in pairs(touched) do
    local lives = Limits.OfferRetention
    if key == QUESTIONS or key == ASKED then lives = Limits.QuestionRetention end
    if key == HOURS or key == STANDING then lives = Limits.TallyRetention end
    redis.call('PEXPIRE', key, lives)
  end
  if freed then redis.call('PUBLISH', CHANNELS .. 'availability', Messages.SlotFreed) end
end
