import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as talk from '../src/conversation.ts';

const message = (seq: number, from: string, text: string, id = `m${seq}`): talk.TalkEntry => ({ v: 1, offer: 'o', seq, kind: 'message', at: '2026-01-01T00:00:00Z', from, id, text });

test('entries stand once, in order, whatever comes twice', () => {
  let current = talk.emptyTalk;
  for (const entry of [message(1, 'visitor', 'a'), message(2, 'visitor', 'b'), message(1, 'visitor', 'a'), message(2, 'visitor', 'b'), message(3, 'visitor', 'c')]) current = talk.withEntry(current, entry, true);
  assert.deepEqual(current.entries.map(entry => entry.text), ['a', 'b', 'c']);
  assert.equal(current.last, 3);
});

test('my message waits until the engine gives it back, once', () => {
  let current = talk.withPending(talk.emptyTalk, 'x', 'hello');
  assert.equal(current.pending.length, 1);
  current = talk.withEntry(current, message(1, 'agent', 'hello', 'x'), true);
  assert.deepEqual([current.pending.length, current.entries.length], [0, 1]);
});

test('a refused message says so and can be taken out', () => {
  const current = talk.withRefused(talk.withPending(talk.withPending(talk.emptyTalk, 'x', 'a'), 'y', 'b'), 'x');
  assert.deepEqual(current.pending.map(waiting => waiting.isRefused), [true, false]);
  assert.deepEqual(talk.withoutPending(current, 'x').pending.map(waiting => waiting.id), ['y']);
});

test('only what the visitor writes while one looks elsewhere is unread', () => {
  let current = talk.withEntry(talk.emptyTalk, message(1, 'visitor', 'a'), true);
  current = talk.withEntry(current, message(2, 'visitor', 'b'), false);
  current = talk.withEntry(current, message(3, 'agent', 'c'), false);
  assert.equal(current.unread, 1);
  assert.equal(talk.asRead(current).unread, 0);
});

test('closed is closed, until an agent has joined again', () => {
  let current = talk.withEntry(talk.emptyTalk, { v: 1, offer: 'o', seq: 1, kind: 'closed', at: '' }, true);
  assert.equal(current.isClosed, true);
  current = talk.withEntry(current, { v: 1, offer: 'o', seq: 2, kind: 'claimed', at: '' }, true);
  assert.equal(current.isClosed, false);
});

test('an entry without a number is no entry', () => {
  assert.equal(talk.withEntry(talk.emptyTalk, {} as talk.TalkEntry, true), talk.emptyTalk);
});

test('the latest of mine that has arrived says so, and the latest of all that it was sent', () => {
  let current = talk.emptyTalk;
  for (const entry of [message(1, 'agent', 'a'), message(2, 'visitor', 'b'), message(3, 'agent', 'c'), message(4, 'agent', 'd')]) current = talk.withEntry(current, entry, true);
  const marks = (of: talk.Talk) => of.entries.map(entry => talk.markOf(of, entry));
  assert.deepEqual(marks(current), [null, null, null, 'sent']);
  assert.deepEqual(marks(talk.withArrived(current, 2)), ['arrived', null, null, 'sent']);
  assert.deepEqual(marks(talk.withArrived(current, 4)), [null, null, null, 'arrived']);
});

test('what has arrived only rises, and survives the next entry', () => {
  let current = talk.withArrived(talk.withEntry(talk.emptyTalk, message(1, 'agent', 'a'), true), 1);
  current = talk.withArrived(talk.withArrived(current, 0), undefined);
  assert.equal(talk.withEntry(current, message(2, 'visitor', 'b'), true).arrived, 1);
});
