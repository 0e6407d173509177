// A worker that ticks: pages in the background have their own timers slowed to one a minute, and presence would lapse.
const everyMs = 1_000;
setInterval(() => postMessage(0), everyMs);
