import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CardMessage, ContextCard, ReservedCard } from '../src/contract.ts';
import * as queues from '../src/queue.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const inSeconds = (seconds: number): string => new Date(now + seconds * 1000).toISOString();
const reservedCard = (urgency = 0.5): ReservedCard => ({ state: 'floundering', stateText: '', language: 'en', urgency, reasons: [] });
const fullCard = (urgency = 0.5): ContextCard => ({
  ...reservedCard(urgency), need: 'Returns', needIsClear: true, suggestedOpener: 'Hello', queries: [], pages: [], cart: [], articles: [], notKnown: [], approvalNeeded: false,
});
const reserved = (offer: string, agent = 'anna', urgency = 0.5, seconds = 60): CardMessage => ({ v: 1, kind: 'reserved', site: 's', offer, agent, expiresAt: inSeconds(seconds), reserved: reservedCard(urgency) });
const full = (offer: string, agent = 'anna', urgency = 0.5): CardMessage => ({ v: 1, kind: 'full', site: 's', offer, agent, expiresAt: inSeconds(60), card: fullCard(urgency) });
const said = (kind: CardMessage['kind'], offer: string, more: Partial<CardMessage> = {}): CardMessage => ({ v: 1, kind, site: 's', offer, ...more });
const all = (messages: CardMessage[], me = 'anna'): queues.Queue => messages.reduce((queue, message) => queues.apply(queue, message, me, now), new Map() as queues.Queue);

test('a card goes from reserved to accepted to mine to told-how-it-went', () => {
  let queue = all([reserved('a')]);
  assert.equal(queue.get('a')!.phase, 'reserved');
  queue = queues.apply(queue, full('a'), 'anna', now);
  assert.equal(queue.get('a')!.phase, 'accepted');
  queue = queues.apply(queue, said('claimed', 'a', { agent: 'anna' }), 'anna', now);
  assert.equal(queue.get('a')!.phase, 'claimed');
  assert.equal(queue.get('a')!.card!.need, 'Returns');
  queue = queues.apply(queue, said('ended', 'a', { agent: 'anna' }), 'anna', now);
  assert.equal(queue.get('a')!.phase, 'wrapUp');
  // Said twice it is said once: what is still to be asked is not lost.
  assert.equal(queues.apply(queue, said('ended', 'a', { agent: 'anna' }), 'anna', now + 1), queue);
  assert.equal(queues.tidy(queue, now + 3_600_000), queue, 'it stays until she has said how it went');
});

test('what a supervisor took over is hers, whatever of that was heard before', () => {
  const queued = said('queued', 'a', { agent: 'lena', cause: 'transferred' });
  for (const before of [[], [reserved('a'), full('a'), said('claimed', 'a', { agent: 'anna' })], [queued], [queued, said('claimed', 'a', { agent: 'lena' })]]) {
    const queue = queues.tookOver(all(before, 'lena'), 'a', 's', 'lena', full('a', 'lena'), now);
    assert.deepEqual([queue.get('a')!.phase, queue.get('a')!.agent, queue.get('a')!.card!.need], ['claimed', 'lena', 'Returns']);
    // Said late, in its order, it ends where it was.
    const late = queues.apply(queues.apply(queue, queued, 'lena', now), said('claimed', 'a', { agent: 'lena' }), 'lena', now);
    assert.deepEqual([late.get('a')!.phase, late.get('a')!.agent], ['claimed', 'lena']);
  }
});

test('doubles and late messages change nothing at all', () => {
  const queue = all([reserved('a'), full('a')]);
  assert.equal(queues.apply(queue, full('a'), 'anna', now + 5), queue);
  assert.equal(queues.apply(queue, reserved('a'), 'anna', now + 5), queue);
  const over = queues.apply(queue, said('withdrawn', 'a', { cause: 'declined' }), 'anna', now);
  assert.equal(queues.apply(over, full('a'), 'anna', now + 5), over);
});

test('kinds and fields that are not known are left aside', () => {
  const queue = all([reserved('a')]);
  assert.equal(queues.apply(queue, { ...said('reserved', 'a'), kind: 'sung' as never }, 'anna', now), queue);
  assert.equal(queues.apply(queue, {} as CardMessage, 'anna', now), queue);
  assert.equal(queues.apply(queue, said('withdrawn', 'never seen'), 'anna', now), queue);
});

test('a card without its lists is made whole', () => {
  const bare = { ...full('a'), card: { state: 'floundering', urgency: 1, need: 'x' } as unknown as ContextCard };
  assert.deepEqual(all([bare]).get('a')!.card!.queries, []);
});

test('what another took is over for me, with its reason, and its text is let go', () => {
  const queue = all([full('a', 'anna'), said('claimed', 'a', { agent: 'ben' })]);
  assert.deepEqual([queue.get('a')!.phase, queue.get('a')!.parting, queue.get('a')!.card], ['over', 'taken', null]);
});

test('a card that another left or handed over waits again, for one agent or for all', () => {
  let queue = all([full('a', 'anna'), said('claimed', 'a', { agent: 'ben' })]);
  queue = queues.apply(queue, said('queued', 'a', { cause: 'agent_left', expiresAt: inSeconds(60) }), 'anna', now);
  assert.deepEqual([queue.get('a')!.phase, queue.get('a')!.agent, queue.get('a')!.card], ['accepted', null, null]);
  assert.equal(queues.isClaimable(queue.get('a')!, 'anna', now), true);
  queue = queues.apply(queue, full('a', ''), 'anna', now);
  assert.equal(queue.get('a')!.card!.need, 'Returns');
  queue = queues.apply(queue, said('queued', 'a', { agent: 'cem', cause: 'transferred', expiresAt: inSeconds(60) }), 'anna', now);
  assert.equal(queues.isClaimable(queue.get('a')!, 'anna', now), false);
});

test('my own conversation that went back is no longer mine, and one that is over stays over', () => {
  let queue = all([full('a'), said('claimed', 'a', { agent: 'anna' })]);
  queue = queues.apply(queue, said('queued', 'a', { cause: 'agent_left', expiresAt: inSeconds(60) }), 'anna', now);
  assert.equal(queue.get('a')!.phase, 'accepted');
  queue = queues.apply(queue, said('withdrawn', 'a', { cause: 'erased' }), 'anna', now);
  assert.equal(queues.apply(queue, said('queued', 'a', { expiresAt: inSeconds(60) }), 'anna', now), queue);
});

test('partings say why', () => {
  const causes: [CardMessage['kind'], string, queues.Parting][] = [
    ['withdrawn', 'declined', 'declined'], ['withdrawn', 'ignored', 'ignored'], ['withdrawn', 'agent_left', 'withdrawn'], ['expired', 'lapsed', 'lapsed'],
    ['expired', 'unclaimed', 'unclaimed'], ['withdrawn', 'something new', 'withdrawn'],
  ];
  for (const [kind, cause, parting] of causes) assert.equal(all([reserved('a'), said(kind, 'a', { cause })]).get('a')!.parting, parting, cause);
});

test('after a reconnect the list counts: what is new is there, what has gone is over, what changed meanwhile is kept', () => {
  let queue = all([reserved('stays'), reserved('went'), said('claimed', 'talk', { agent: 'anna' })]);
  queue = queues.apply(queue, reserved('came meanwhile'), 'anna', now + 100);
  const next = queues.reconcile(queue, [reserved('stays'), reserved('new')], 'anna', now + 50, now + 200);
  assert.deepEqual([...next.values()].map(entry => [entry.id, entry.phase]).sort(), [
    ['came meanwhile', 'reserved'], ['new', 'reserved'], ['stays', 'reserved'], ['talk', 'wrapUp'], ['went', 'over']]);
  assert.equal(next.get('went')!.parting, 'gone');
});

test('no message order and no reconnect loses a card (random histories against the plain truth)', () => {
  let seed = 4711;
  const random = (): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  for (let run = 0; run < 300; run++) {
    const truth = new Map<string, CardMessage>();
    let queue: queues.Queue = new Map();
    let isConnected = true;
    for (let step = 0; step < 60; step++) {
      const id = `c${Math.floor(random() * 12)}`;
      const at = now + step * 10;
      const was = truth.get(id);
      const message = was === undefined ? (random() < 0.7 && !queue.has(id) ? reserved(id) : null) : was.kind === 'reserved' && random() < 0.5 ? full(id) : said('withdrawn', id, { cause: 'declined' });
      if (message) {
        if (message.kind === 'withdrawn') truth.delete(id); else truth.set(id, message);
        if (isConnected) queue = queues.apply(queue, message, 'anna', at);
        if (isConnected && random() < 0.3) queue = queues.apply(queue, message, 'anna', at);
      }
      if (random() < 0.15) {
        isConnected = !isConnected;
        if (isConnected) queue = queues.reconcile(queue, [...truth.values()], 'anna', at + 1, at + 1);
      }
    }
    queue = queues.reconcile(queue, [...truth.values()], 'anna', now + 10_000, now + 10_000);
    const shown = [...queue.values()].filter(entry => entry.phase !== 'over').map(entry => entry.id).sort();
    assert.deepEqual(shown, [...truth.keys()].sort(), `run ${run}`);
  }
});

test('who waits comes first, then the most urgent, then the least time left', () => {
  const queue = all([reserved('mine low', 'anna', 0.1), reserved('mine high', 'anna', 0.9), reserved('mine soon', 'anna', 0.9, 5), reserved('other', 'ben', 1), full('waits'), said('claimed', 'talk', { agent: 'anna' })]);
  assert.deepEqual(queues.listed(queue, 'anna', now).map(part => [part.section, part.entries.map(entry => entry.id)]), [
    ['talks', ['talk']], ['waiting', ['waits']], ['mine', ['mine soon', 'mine high', 'mine low']], ['others', ['other']]]);
});

test('another agent’s accepted card is anyone’s after twenty seconds', () => {
  const entry = all([full('a', 'ben')]).get('a')!;
  assert.equal(queues.isClaimable(entry, 'anna', now + 19_999), false);
  assert.equal(queues.isClaimable(entry, 'anna', now + 20_000), true);
  assert.equal(queues.isClaimable(entry, 'ben', now), true);
});

test('a lease that lapsed ends its card by itself, and what is over leaves after a while', () => {
  let queue = all([reserved('a', 'anna', 0.5, 10)]);
  assert.equal(queues.tidy(queue, now + 11_000), queue);
  queue = queues.tidy(queue, now + 13_000);
  assert.deepEqual([queue.get('a')!.phase, queue.get('a')!.parting], ['over', 'lapsed']);
  assert.equal(queues.tidy(queue, now + 13_000 + queues.partingMs + 1).size, 0);
});

test('slots in use are leases and conversations of mine', () => {
  assert.equal(queues.slotsInUse(all([reserved('a'), full('b'), said('claimed', 'c', { agent: 'anna' }), reserved('d', 'ben')]), 'anna'), 3);
});

test('urgency in three bands', () => {
  assert.deepEqual([0, 0.32, 0.33, 0.65, 0.66, 1].map(queues.urgencyBand), ['little', 'little', 'some', 'some', 'high', 'high']);
});
