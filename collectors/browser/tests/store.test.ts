import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore } from '../src/store';
import { FakeStorage } from './parts';

const on = (storage: FakeStorage | null, ...all: FakeStorage[]) => createStore(() => storage as unknown as Storage | null, () => all as unknown as Storage[]);

test('without permission nothing touches the device, and this page still remembers', () => {
  const device = new FakeStorage();
  const store = on(null, device);
  store.set('visitor', { visitor: 'v' });
  assert.deepEqual(store.get('visitor'), { visitor: 'v' });
  assert.deepEqual(device.ours, []);
  store.remove('visitor');
  assert.equal(store.get('visitor'), null);
});

test('what is not ours is never listed or erased', () => {
  const device = new FakeStorage();
  device.setItem('theirs', '1');
  const store = on(device, device);
  store.set('queue.t1', []);
  assert.deepEqual(store.names('queue.'), ['queue.t1']);
  store.clear();
  assert.deepEqual(device.ours, []);
  assert.equal(device.getItem('theirs'), '1');
});

test('a full or broken storage is as if nothing were there', () => {
  const device = new FakeStorage();
  const store = on(device, device);
  device.full = true;
  store.set('visitor', 1);
  assert.equal(store.get('visitor'), null);
  device.full = false;
  device.setItem('engagement.visitor', '{not json');
  assert.equal(store.get('visitor'), null);
});
