-- Writes assessments; a head alone says that its session has ended. A lower epoch, or an earlier step of the same session, changes nothing.
-- KEYS    one for each assessment, all in one hash slot
-- ARGV    one for each: version (1 byte), epoch (8), session (16), step (4), then the rest
-- Returns how many were refused because a later epoch had written.
local refused = 0
for i, key in ipairs(KEYS) do
  local value = ARGV[i]
  local _, epoch, session, step = struct.unpack('>I1I8c16I4', value)
  local head = redis.call('GETRANGE', key, 0, 28)
  local known_epoch, known_session, known_step = 0, '', 0
  if #head == 29 then _, known_epoch, known_session, known_step = struct.unpack('>I1I8c16I4', head) end
  if known_epoch > epoch then
    refused = refused + 1
  elseif #value == 29 then
    if known_session == session then redis.call('DEL', key) end
  elseif known_session ~= session or known_step <= step then
    redis.call('SET', key, value, 'PX', Limits.AssessmentRetention)
  end
end
return refused
