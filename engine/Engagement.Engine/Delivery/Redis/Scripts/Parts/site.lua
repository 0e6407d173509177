-- Part of every script of one site: its keys, all in the hash slot {site}, and its time.
--
-- KEYS   1 agents     hash   agent → packed {status, capacity, seen_at, given_at, skills, languages}
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
--                            offer:k:<number> → party and id of a message, offer:p:<party and id> → its number
--       13 ended      zset   offer, scored by when its entries are forgotten
--       14 questions  hash   question that was left → packed {visitor, asked_at, holder, taken_until, done, json}
--       15 asked      zset   question, scored by when it is forgotten
-- ARGV   1 milliseconds to add to the server's time (0 but in tests)
--
-- Names such as Status.Open and Limits.OfferRetention become numbers (durations in milliseconds) when the script is loaded.
local AGENTS, LEASES, HELD, OFFERS, CONTENT, VISITORS, RESERVED, WRITTEN, UNCLAIMED, CLOCK, FENCES, ENTRIES, ENDED, QUESTIONS, ASKED =
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

-- Last step of a script that changes anything: nothing lives for ever, and a slot that became free is told.
local function settle()
  for key in pairs(touched) do
    redis.call('PEXPIRE', key, (key == QUESTIONS or key == ASKED) and Limits.QuestionRetention or Limits.OfferRetention)
  end
  if freed then redis.call('PUBLISH', CHANNELS .. 'availability', Messages.SlotFreed) end
end
