import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseOf, retryAfterMsOf } from '../src/backoff';

test('pause doubles from a second to a minute, and half of it is chance', () => {
  assert.equal(pauseOf(1, null, 0), 500);
  assert.equal(pauseOf(1, null, 1), 1_000);
  assert.equal(pauseOf(2, null, 1), 2_000);
  assert.equal(pauseOf(5, null, 0), 8_000);
  for (const attempt of [7, 20, 2_000]) assert.equal(pauseOf(attempt, null, 1), 60_000);
});

test('pause is never shorter than what the server asked for', () => {
  for (const random of [0, 0.5, 1]) assert.ok(pauseOf(1, 30_000, random) >= 30_000);
  assert.equal(pauseOf(9, 30_000, 1), 36_000);
});

test('Retry-After is read in seconds and as a date', () => {
  const now = Date.parse('2026-11-30T10:00:00Z');
  assert.equal(retryAfterMsOf('3', now), 3_000);
  assert.equal(retryAfterMsOf('Mon, 30 Nov 2026 10:00:05 GMT', now), 5_000);
});

test('Retry-After that says nothing leaves the pause to the attempt', () => {
  for (const header of [null, '', 'soon', '0', '-5', 'Mon, 30 Nov 2020 10:00:00 GMT']) assert.equal(retryAfterMsOf(header, Date.parse('2026-11-30')), null, String(header));
});
