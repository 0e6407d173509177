-- The key under which a visitor's rejected events are sealed; made where there is none, and kept on.
-- KEYS    1 rejects: hash of the key and, by id, what became of sending one again: h(eld) until or r(esent) at, in milliseconds
-- ARGV    1 a key, should there be none
-- Returns the key.
redis.call('HSETNX', KEYS[1], 'key', ARGV[1])
redis.call('PEXPIRE', KEYS[1], Limits.RejectRetention)
return redis.call('HGET', KEYS[1], 'key')
