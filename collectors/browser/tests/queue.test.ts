import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SentEvent } from '../src/options';
import { batchEventsMax, createQueue, eventAgeMaxMs, gatherMs, queueEventsMax, type Delivery } from '../src/queue';
import { Clock } from './parts';

const away: Delivery = { done: false, retryAfterMs: null };
const taken: Delivery = { done: true };

function begin(answers: Delivery[] = []) {
  const clock = new Clock();
  const sent: string[][] = [];
  const beacons: string[][] = [];
  const state = { kept: [] as string[], takesBeacons: true };
  const ids = (events: SentEvent[]) => events.map(event => event.id);
  const queue = createQueue({
    deliver: async events => { sent.push(ids(events)); return answers.shift() ?? taken; },
    beacon: events => { beacons.push(ids(events)); return state.takesBeacons; },
    keep: events => { state.kept = ids(events); },
    now: () => clock.now, random: () => 1, later: clock.later, cancel: clock.cancel,
  });
  const event = (id: string): SentEvent => ({ id, type: 'page_viewed', occurredAt: new Date(clock.now).toISOString(), page: { url: 'https://shop.example/' } });
  return { clock, queue, sent, beacons, state, event, push: (...all: string[]) => all.forEach(id => queue.push(event(id))) };
}

test('events that come together leave together, in order', async () => {
  const { clock, sent, push } = begin();
  push('a', 'b');
  await clock.pass(gatherMs - 1);
  assert.deepEqual(sent, []);
  push('c');
  await clock.pass(1);
  assert.deepEqual(sent, [['a', 'b', 'c']]);
});

test('one batch is under way at a time, of at most so many events', async () => {
  const { clock, sent, push } = begin();
  push(...Array.from({ length: batchEventsMax + 2 }, (_, i) => `e${i}`));
  await clock.pass(gatherMs);
  assert.deepEqual(sent.map(batch => batch.length), [batchEventsMax, 2]);
});

test('server away: the same events again, later each time, and everything once when it is back', async () => {
  const { clock, sent, state, push } = begin([away, away]);
  push('a');
  await clock.pass(gatherMs);
  push('b');
  assert.deepEqual(state.kept, ['a', 'b']);
  await clock.pass(999);
  assert.equal(sent.length, 1);
  await clock.pass(1);
  assert.deepEqual(sent[1], ['a', 'b']);
  await clock.pass(1_999);
  assert.equal(sent.length, 2);
  await clock.pass(1);
  assert.deepEqual(sent, [['a'], ['a', 'b'], ['a', 'b']]);
  assert.deepEqual(state.kept, []);
  await clock.pass(120_000);
  assert.equal(sent.length, 3);
});

test('Retry-After is waited for', async () => {
  const { clock, sent, push } = begin([{ done: false, retryAfterMs: 20_000 }]);
  push('a');
  await clock.pass(gatherMs);
  await clock.pass(19_999);
  assert.equal(sent.length, 1);
  await clock.pass(4_001);
  assert.deepEqual(sent, [['a'], ['a']]);
});

test('nothing is kept while all goes well', async () => {
  const { clock, state, push } = begin();
  state.kept = ['untouched'];
  push('a');
  await clock.pass(gatherMs);
  assert.deepEqual(state.kept, ['untouched']);
});

test('network back: sent at once', async () => {
  const { clock, sent, queue, push } = begin([away]);
  push('a');
  await clock.pass(gatherMs);
  queue.hurry();
  await clock.pass(0);
  assert.deepEqual(sent, [['a'], ['a']]);
});

test('leaving: what is left goes by beacon, a batch under way with it', async () => {
  const { clock, beacons, state, queue, push } = begin([new Promise<never>(() => {}) as unknown as Delivery]);
  push('a');
  await clock.pass(gatherMs);
  push('b');
  queue.leave();
  assert.deepEqual(beacons, [['a', 'b']]);
  assert.deepEqual(state.kept, []);
});

test('leaving while the browser takes no beacon, or the server is away: kept for the next page', async () => {
  const refused = begin();
  refused.state.takesBeacons = false;
  refused.push('a');
  refused.queue.leave();
  assert.deepEqual(refused.state.kept, ['a']);

  const offline = begin([away]);
  offline.push('a');
  await offline.clock.pass(gatherMs);
  offline.push('b');
  offline.queue.leave();
  assert.deepEqual(offline.beacons, []);
  assert.deepEqual(offline.state.kept, ['a', 'b']);
});

test('what an earlier page left goes first', async () => {
  const { clock, sent, queue, push, event } = begin();
  push('new');
  queue.adopt([event('old')]);
  await clock.pass(gatherMs);
  assert.deepEqual(sent, [['old', 'new']]);
});

test('what several pages left takes its place in time, whichever is taken over first', async () => {
  const { clock, sent, queue, event } = begin();
  const first = event('first');
  await clock.pass(1_000);
  const second = event('second');
  await clock.pass(1_000);
  queue.push(event('third'));
  queue.adopt([second]);
  queue.adopt([first]);
  await clock.pass(gatherMs);
  assert.deepEqual(sent, [['first', 'second', 'third']]);
});

test('the oldest give way, and what belongs to a session that is over is dropped', async () => {
  const { clock, state, push } = begin([away]);
  push('first');
  await clock.pass(gatherMs);
  push(...Array.from({ length: queueEventsMax }, (_, i) => `e${i}`));
  assert.equal(state.kept.length, queueEventsMax);
  assert.ok(!state.kept.includes('first'));
  const late = begin([{ done: false, retryAfterMs: eventAgeMaxMs }]);
  late.push('old');
  await late.clock.pass(gatherMs + 2 * eventAgeMaxMs);
  assert.deepEqual(late.sent, [['old']]);
});

test('cleared: an answer that comes afterwards touches nothing of what came since', async () => {
  let answer: (delivery: Delivery) => void = () => {};
  const { clock, sent, queue, push } = begin([new Promise<Delivery>(resolve => { answer = resolve; }) as unknown as Delivery]);
  push('a');
  await clock.pass(gatherMs);
  queue.clear();
  push('b');
  answer(taken);
  await clock.pass(gatherMs);
  assert.deepEqual(sent, [['a'], ['b']]);
});
