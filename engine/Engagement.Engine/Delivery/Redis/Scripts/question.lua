-- A question that was left. Part: site.
-- KEYS    the site's
-- ARGV    2 act: leave, list, take or finish  3 question
--         leave: 4 visitor  5 asked_at  6 JSON  7 message to the agents  8 of one visitor at most  9 of the site at most
--         take, finish: 4 agent, and for take 7 message to the agents
-- Returns {outcome, question, visitor, asked_at, JSON, holder or ''}; what stands behind the outcome of a taking alone. A list: of each that is not
-- done, without the outcome, oldest first.
local act, id = ARGV[2], ARGV[3]

local function find_question(name)
  local packed = redis.call('HGET', QUESTIONS, name)
  return packed and cmsgpack.unpack(packed) or nil
end

local function write_question(name, question)
  redis.call('HSET', QUESTIONS, name, cmsgpack.pack(question))
  touched[QUESTIONS], touched[ASKED] = true, true
end

local function holder_of(question) return question.holder and question.taken_until > wall and question.holder or '' end

local function leave()
  if find_question(id) then return { Question.Done } end
  local all, hers = 0, 0
  local packed = redis.call('HGETALL', QUESTIONS)
  for i = 1, #packed, 2 do
    local other = cmsgpack.unpack(packed[i + 1])
    if not other.done then
      all = all + 1
      if other.visitor == ARGV[4] then hers = hers + 1 end
    end
  end
  if hers >= tonumber(ARGV[8]) or all >= tonumber(ARGV[9]) then return { Question.TooMany } end
  write_question(id, { visitor = ARGV[4], asked_at = tonumber(ARGV[5]), json = ARGV[6], taken_until = 0 })
  redis.call('ZADD', ASKED, wall + Limits.QuestionRetention, id)
  tally(Tally.QuestionsLeft)
  redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[7])
  return { Question.Done }
end

local function list()
  local found = {}
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', ASKED, '(' .. wall, '+inf')) do
    local question = find_question(name)
    if question and not question.done then table.insert(found, { name, question.visitor, question.asked_at, question.json, holder_of(question) }) end
  end
  return found
end

local function take(agent)
  local question = find_question(id)
  if not question or question.done then return { Question.NotFound } end
  local holder = holder_of(question)
  if holder ~= '' and holder ~= agent then return { Question.Taken, id, question.visitor, question.asked_at, '', holder } end
  question.holder, question.taken_until = agent, wall + Limits.QuestionHoldMax
  write_question(id, question)
  redis.call('PUBLISH', CHANNELS .. 'cards', ARGV[7])
  return { Question.Done, id, question.visitor, question.asked_at, question.json, agent }
end

local function finish(agent)
  local question = find_question(id)
  if not question or not question.holder then return { Question.NotFound } end
  if question.holder ~= agent then return { Question.Taken } end
  if not question.done then tally(Tally.QuestionsAnswered) end
  question.done, question.json = true, ''
  write_question(id, question)
  return { Question.Done }
end

local acts = { leave = leave, list = list, take = take, finish = finish }
local result = acts[act](ARGV[4])
settle()
return result
