import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockText, deskStateOf, leftSeconds } from '../src/state.ts';
import { trailOf, weightBand, weightShares } from '../src/trail.ts';
import { en as ownerEn } from '../src/owner/words/en.ts';
import { en } from '../src/words/en.ts';
import { fill } from '../src/words/index.ts';

test('a lost connection is said before everything else', () => {
  assert.equal(deskStateOf('lost', true, true, 0, 3), 'lost');
  assert.equal(deskStateOf('connecting', true, false, 0, 3), 'connecting');
  assert.equal(deskStateOf('live', false, true, 3, 3), 'away');
  assert.equal(deskStateOf('live', true, false, 3, 3), 'full');
  assert.equal(deskStateOf('live', true, true, 3, 3), 'paused');
  assert.equal(deskStateOf('live', true, false, 2, 3), 'available');
});

test('time left', () => {
  assert.equal(leftSeconds(11_500, 10_000), 1);
  assert.equal(leftSeconds(9_000, 10_000), 0);
  assert.deepEqual([0, 59, 61, 3_661].map(clockText), ['0:00', '0:59', '1:01', '1:01:01']);
});

test('the trail is in the order of time; what has no time comes first', () => {
  const query = (id: string, at: string | null) => ({ id, text: id, scope: 'help', opened: 0, times: 1, at });
  const page = (id: string, at: string | null) => ({ id, label: id, kind: 'page', visits: 1, dwellSeconds: 0, at });
  const steps = trailOf({ queries: [query('q2', '2026-01-01T00:02:00Z'), query('q0', null)], pages: [page('p1', '2026-01-01T00:01:00Z'), page('p3', '2026-01-01T00:03:00Z')] });
  assert.deepEqual(steps.map(step => step.id), ['q0', 'p1', 'q2', 'p3']);
});

test('bars only where every reason has a weight', () => {
  const reason = (weight?: number) => ({ code: 'c', text: 't', weight });
  assert.deepEqual(weightShares([reason(2), reason(1), reason(0)]), [1, 0.5, 0]);
  assert.equal(weightShares([reason(2), reason()]), null);
  assert.equal(weightShares([]), null);
  assert.equal(weightShares([reason(0)]), null);
  assert.deepEqual([1, 0.5, 0.1].map(weightBand), ['strong', 'some', 'little']);
});

test('a value is never read for names again', () => {
  assert.equal(fill('{a} of {b}', { a: '{b}', b: 2 }), '{b} of 2');
  assert.equal(fill('{missing}', {}), '{missing}');
});

const wordsOf = [
  { en: en as Record<string, string>, others: () => Promise.all([import('../src/words/de.ts'), import('../src/words/nl.ts'), import('../src/words/es.ts')]) },
  { en: ownerEn as Record<string, string>, others: () => Promise.all([import('../src/owner/words/de.ts'), import('../src/owner/words/nl.ts'), import('../src/owner/words/es.ts')]) },
];

test('every counted text has both forms', () => {
  for (const { en } of wordsOf) for (const key of Object.keys(en)) if (key.endsWith('_one')) assert.ok(key.replace(/_one$/, '_other') in en, key);
});

test('every language has every text, with the same names in it', async () => {
  const names = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(match => match[0]).sort();
  for (const { en, others } of wordsOf) {
    for (const { words } of await others()) {
      assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
      for (const [key, text] of Object.entries(en)) {
        const said = (words as Record<string, string>)[key]!;
        assert.deepEqual(names(said), names(text), key);
        assert.notEqual(said.trim(), '', key);
      }
    }
  }
});

test('no text is kept that nothing uses', async () => {
  const { readdirSync, readFileSync } = await import('node:fs');
  const folder = new URL('../../src/', import.meta.url);
  const source = readdirSync(folder, { recursive: true }).map(String).filter(name => /\.tsx?$/.test(name) && !/(^|\/)words\//.test(name)).map(name => ({ isOwners: name.startsWith('owner/'), text: readFileSync(new URL(name, folder), 'utf8') }));
  for (const [of, isOwners] of [[en, false], [ownerEn, true]] as const) {
    const uses = source.filter(file => file.isOwners === isOwners).map(file => file.text).join('\n');
    assert.deepEqual(Object.keys(of).filter(key => !uses.includes(`'${key}'`) && !uses.includes(`'${key.replace(/_(one|other)$/, '')}'`) && !key.startsWith('gloss')), []);
  }
});
