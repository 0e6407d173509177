import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permit, readSignals } from '../src/permission';

const silent = { gpc: false, dnt: false };

test('required: nothing is permitted until it is given', () => {
  assert.deepEqual(permit(true, true, undefined, silent), { read: false, store: 'none' });
  assert.deepEqual(permit(true, true, true, silent), { read: true, store: 'local' });
  assert.deepEqual(permit(true, true, false, silent), { read: false, store: 'none' });
});

test('not required: permitted until it is refused', () => {
  assert.deepEqual(permit(false, true, undefined, silent), { read: true, store: 'local' });
  assert.deepEqual(permit(false, true, false, silent), { read: false, store: 'none' });
});

test('read without store keeps nothing; store without read is nothing at all', () => {
  assert.deepEqual(permit(true, true, { read: true, store: false }, silent), { read: true, store: 'none' });
  assert.deepEqual(permit(true, true, { read: false, store: true }, silent), { read: false, store: 'none' });
});

test('GPC: help stays possible, nothing outlives the visit', () => {
  assert.deepEqual(permit(true, true, true, { gpc: true, dnt: false }), { read: true, store: 'session' });
  assert.deepEqual(permit(true, true, undefined, { gpc: true, dnt: false }), { read: false, store: 'none' });
});

test('DNT is an objection, whatever was agreed, unless the site ignores it', () => {
  for (const given of [undefined, true, { read: true, store: true }]) assert.equal(permit(false, true, given, { gpc: false, dnt: true }).read, false);
  assert.equal(permit(false, false, true, { gpc: false, dnt: true }).read, true);
});

test('signals are read as browsers set them', () => {
  const browser = (fields: object) => readSignals(fields as Navigator);
  assert.deepEqual(browser({ globalPrivacyControl: true, doNotTrack: '1' }), { gpc: true, dnt: true });
  assert.deepEqual(browser({ globalPrivacyControl: false, doNotTrack: 'unspecified' }), { gpc: false, dnt: false });
  assert.deepEqual(browser({ doNotTrack: null }), { gpc: false, dnt: false });
});
