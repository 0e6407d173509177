import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clean, cleanLines, safeLink } from '../src/text.ts';

test('markup stays what it is: text', () => {
  for (const text of ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '"><svg/onload=alert(1)>', '&lt;b&gt;', 'javascript:alert(1)']) assert.equal(clean(text), text);
});

test('direction marks and what cannot be seen go; letters of every script stay', () => {
  assert.equal(clean('label \u202egnp.exe\u202c return'), 'label gnp.exe return');
  assert.equal(clean('a\u200bb\u2066c\u2067d\u200fe\ufefff\u00adg'), 'abcdefg');
  assert.equal(clean('null\u0000 bell\u0007 esc\u001b[31m'), 'null bell esc[31m');
  assert.equal(clean('tag\u{e0041}\u{e007f}'), 'tag');
  for (const text of ['שלום', 'مرحبا بالعالم', 'नमस्ते', '你好', 'Ωμέγα', '👩\u200d🚀']) assert.equal(clean(text), text);
});

test('isolates of the engine stay in pairs, single halves go or are closed', () => {
  assert.equal(clean('between \u2068שלום\u2069 and x'), 'between \u2068שלום\u2069 and x');
  assert.equal(clean('x\u2069\u2069y'), 'xy');
  assert.equal(clean('\u2068x'), '\u2068x\u2069');
});

test('piled marks are cut to three, and length has an end', () => {
  assert.equal(clean(`z${'\u0301'.repeat(40)}`), `z${'\u0301'.repeat(3)}`);
  assert.equal(clean('a'.repeat(5_000)).length, 2_000);
  assert.ok(clean('😀'.repeat(3_000)).endsWith('…'));
});

test('half a surrogate pair goes', () => {
  assert.equal(clean('a\ud83dz'), 'az');
  assert.equal(clean('a\ude00z'), 'az');
});

test('lines are kept in messages, and are blanks elsewhere', () => {
  assert.equal(clean('a\n\n b\tc'), 'a b c');
  assert.equal(cleanLines('a\r\nb\u2028c\n\n\n\nd'), 'a\nb\nc\n\nd');
});

test('what is no text is nothing', () => {
  for (const value of [null, undefined, 7, {}, ['x']]) assert.equal(clean(value), '');
});

test('only https without user or password may be followed', () => {
  assert.deepEqual(safeLink('https://shop.example/help/returns?x=1#y'), { href: 'https://shop.example/help/returns?x=1#y', shown: 'shop.example/help/returns' });
  for (const address of ['http://shop.example/', 'javascript:alert(1)', 'JaVaScRiPt:alert(1)', ' \u0001javascript:alert(1)', 'data:text/html,<b>', 'vbscript:x', 'file:///etc/passwd',
    '//shop.example/', '/help/returns', 'https://user:secret@shop.example/', 'https://', 'blob:https://x/1', '', null, 5, `https://x.example/${'a'.repeat(3_000)}`]) {
    assert.equal(safeLink(address), null, String(address));
  }
});

test('a host of look-alike letters is shown as the browser resolves it', () => {
  assert.equal(safeLink('https://аpple.example/')?.shown, 'xn--pple-43d.example');
});
