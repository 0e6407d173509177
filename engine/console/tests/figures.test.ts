import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overview, OverviewHour } from '../src/owner/contract.ts';
import { axisTop, lasted, leftAlone, offersOf, percent, shareOf, stacked } from '../src/owner/figures.ts';

const none = { purposeful: 0, floundering: 0 };
const some = { purposeful: 1, floundering: 2 };
const of = (mode: Overview['mode'], total: Partial<OverviewHour>): Overview => ({ mode, total: { offered: none, wouldHaveOffered: none, ...total } }) as Overview;

test('bars stand on one another, and the last reaches to the sum', () => {
  assert.deepEqual(stacked([[1, 0, 2], [0, 3, 2], [4, 0, 0]]), [[1, 0, 2], [1, 3, 4], [5, 3, 4]]);
  assert.deepEqual(stacked([]), []);
});

test('an axis has whole numbers and room for the tallest', () => {
  assert.deepEqual([0, 1, 4, 5, 9, 17, 100, 101].map(axisTop), [4, 4, 4, 6, 10, 20, 100, 150]);
  for (let most = 0; most < 5_000; most++) {
    const top = axisTop(most);
    assert.ok(top >= most && Number.isInteger(top), String(most));
    assert.ok(top <= Math.max(4, most * 1.6), `${most}: ${top}`);
  }
});

test('what is not nought is never called nought', () => {
  assert.equal(percent(0.4, 'en'), '40%');
  assert.equal(percent(0.001, 'en'), '< 1%');
  assert.equal(percent(0, 'en'), '0%');
  assert.equal(percent(3, 'en'), '100%');
  assert.equal(shareOf(1, 0), null);
  assert.equal(shareOf(1, 4), 0.25);
});

test('how long something has lasted, in the largest unit that it fills', () => {
  assert.deepEqual([-5, 0, 89_000, 90_000, 3_600_000, 90 * 60_000, 50 * 3_600_000].map(ms => lasted(ms, 'en')), ['0 seconds', '0 seconds', '89 seconds', '2 minutes', '60 minutes', '2 hours', '2 days']);
  assert.equal(lasted(120_000, 'de'), '2 Minuten');
});

test('a site that observes is told what would have been, one that invites what was, and one that changed both', () => {
  assert.deepEqual(offersOf(of('observe', {})), { made: false, would: true });
  assert.deepEqual(offersOf(of('live', {})), { made: true, would: false });
  assert.deepEqual(offersOf(of('live', { wouldHaveOffered: some, offered: some })), { made: true, would: true });
  assert.deepEqual(offersOf(of('observe', { offered: some })), { made: true, would: false });
  assert.deepEqual(offersOf(of('observe', { offered: some, wouldHaveOffered: some })), { made: true, would: true });
});

test('whoever was not in need was left alone', () => {
  assert.equal(leftAlone(of('live', { visits: 10, needs: 3 })), 7);
  assert.equal(leftAlone(of('live', { visits: 1, needs: 2 })), 0);
});
