import { Analytics } from "@segment/analytics-node";
import { call } from "./segment-names.mjs";
import { target, visit } from "./visit.mjs";

const { address, key, visitor } = target();
// One batch: the library sends several at a time, in whatever order they arrive.
const analytics = new Analytics({ writeKey: key, host: address, maxEventsInBatch: 50 });
analytics.on("error", error => { console.error(error); process.exitCode = 1; });
const context = { page: { url: "https://shop.example/", title: "Kettles & more" }, locale: "en-GB", ip: "203.0.113.7", userAgent: "Mozilla/5.0" };
analytics.identify({ anonymousId: visitor, traits: { email: "anna@example.com", plan: "gold" }, context });
for (const step of visit) {
  const { page, event, properties } = call(step);
  if (page) analytics.page({ anonymousId: visitor, properties, context });
  else analytics.track({ anonymousId: visitor, event, properties, context });
}
await analytics.closeAndFlush();
