import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamReader, follow, pauseMs } from '../src/stream.ts';

const messages = ': hello\n\nretry: 2000\n\nid: o_1\nevent: reserved\ndata: {"offer":"o_1"}\n\nevent: full\r\ndata: {"a":\r\ndata: 1}\r\n\r\n';

test('messages come whole, however the bytes are cut', () => {
  const expected = [{ event: 'reserved', data: { offer: 'o_1' } }, { event: 'full', data: { a: 1 } }];
  for (let size = 1; size <= messages.length; size++) {
    const reader = new StreamReader();
    const heard = [];
    for (let at = 0; at < messages.length; at += size) heard.push(...reader.push(messages.slice(at, at + size)));
    assert.deepEqual(heard, expected, `pieces of ${size}`);
  }
});

test('what is no JSON is dropped, and what follows is heard', () => {
  assert.deepEqual(new StreamReader().push('event: x\ndata: {oops\n\nevent: y\ndata: 2\n\n'), [{ event: 'y', data: 2 }]);
});

test('pauses grow to ten seconds and are spread', () => {
  assert.equal(pauseMs(0, 0), 250);
  assert.equal(pauseMs(0, 1), 500);
  assert.equal(pauseMs(30, 1), 10_000);
  assert.ok(pauseMs(3, 0.1) !== pauseMs(3, 0.9));
});

test('a stream that ends is opened again until the signal says so, and each time what was missed is read', async () => {
  const ending = new AbortController();
  let opened = 0;
  let connected = 0;
  const heard: unknown[] = [];
  await follow({
    open: () => Promise.resolve(new ReadableStream({
      start(stream) {
        opened++;
        stream.enqueue(new TextEncoder().encode(`event: n\ndata: ${opened}\n\n`));
        stream.close();
      },
    })),
    connected: () => { connected++; },
    alive: () => {},
    receive: message => { heard.push(message.data); if (heard.length === 3) ending.abort(); },
    lost: () => true,
  }, ending.signal);
  assert.deepEqual(heard, [1, 2, 3]);
  assert.equal(connected, 3);
});

test('a refusal that nothing can mend ends it', async () => {
  let asked = 0;
  await follow({
    open: () => { asked++; return Promise.reject(new Error('401')); }, connected: () => {}, alive: () => {}, receive: () => {}, lost: () => false,
  }, new AbortController().signal);
  assert.equal(asked, 1);
});
