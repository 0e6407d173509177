import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createIdentity, idleMaxMs, type Identity } from '../src/identity';
import type { SignedVisitor } from '../src/options';
import { createStore, type Store } from '../src/store';
import { Clock, FakeStorage } from './parts';

function begin({ store, signed, other, clock = new Clock() }: { store?: Store; signed?: SignedVisitor; other?: () => Identity; clock?: Clock } = {}) {
  const storage = new FakeStorage();
  let minted = 0;
  const identity = createIdentity({
    store: store ?? createStore(() => storage as unknown as Storage, () => []),
    mint: async given => ({ visitor: given?.visitor ?? `v${++minted}`, token: 't', expires: clock.now + 86_400_000, active: clock.now }),
    fromOtherTabs: async () => other?.() ?? null,
    alone: work => work(), now: () => clock.now, signed,
  });
  return { identity, clock, storage, minted: () => minted };
}

test('one is made once, however many ask', async () => {
  const { identity, minted } = begin();
  const all = await Promise.all([identity.ensure(), identity.ensure(), identity.ensure()]);
  assert.deepEqual(all.map(who => who?.visitor), ['v1', 'v1', 'v1']);
  assert.equal(minted(), 1);
});

test('the next page of the visit is the same visitor', async () => {
  const first = begin();
  await first.identity.ensure();
  const next = begin({ store: createStore(() => first.storage as unknown as Storage, () => []), clock: first.clock });
  assert.equal((await next.identity.ensure())?.visitor, 'v1');
  assert.equal(next.minted(), 0);
});

test('idle for the session gap, or near the token’s end: somebody new', async () => {
  const { identity, clock } = begin();
  await identity.ensure();
  await clock.pass(idleMaxMs - 1);
  assert.equal((await identity.ensure())?.visitor, 'v1');
  identity.touch();
  await clock.pass(idleMaxMs - 1);
  assert.equal(identity.current()?.visitor, 'v1');
  await clock.pass(1);
  assert.equal(identity.current(), null);
  assert.equal((await identity.ensure())?.visitor, 'v2');
  for (let i = 0; i < 60; i++) {
    await clock.pass(25 * 60_000);
    identity.touch();
  }
  assert.notEqual((await identity.ensure())?.visitor, 'v2');
});

test('activity in another tab counts', async () => {
  const first = begin();
  await first.identity.ensure();
  const second = begin({ store: createStore(() => first.storage as unknown as Storage, () => []), clock: first.clock });
  await second.identity.ensure();
  await first.clock.pass(idleMaxMs - 1);
  second.identity.touch();
  await first.clock.pass(idleMaxMs - 1);
  assert.equal(first.identity.current()?.visitor, 'v1');
});

test('where nothing may be stored, another tab says who this is', async () => {
  const clock = new Clock();
  const { identity, minted } = begin({ clock, other: () => ({ visitor: 'theirs', token: 't', expires: clock.now + 86_400_000, active: clock.now }) });
  assert.equal((await identity.ensure())?.visitor, 'theirs');
  assert.equal(minted(), 0);
});

test('a signed id is adopted, in place of one that was made up', async () => {
  const first = begin();
  await first.identity.ensure();
  const signed = { visitor: 'tracker-7', signature: 'f'.repeat(64), expires: 0 };
  const next = begin({ store: createStore(() => first.storage as unknown as Storage, () => []), signed, clock: first.clock });
  assert.equal((await next.identity.ensure())?.visitor, 'tracker-7');
});

test('forgotten: nothing of it is left', async () => {
  const { identity, storage } = begin();
  await identity.ensure();
  assert.deepEqual(storage.ours, ['engagement.visitor']);
  identity.forget();
  assert.deepEqual(storage.ours, []);
  assert.equal((await identity.ensure())?.visitor, 'v2');
});
