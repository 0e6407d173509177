import Rudder from "@rudderstack/rudder-sdk-node";
import { call } from "./segment-names.mjs";
import { target, visit } from "./visit.mjs";

const { address, key, visitor } = target();
// One batch: the library sends several at a time, in whatever order they arrive.
const client = new Rudder(key, { dataPlaneUrl: address, flushAt: 50, flushInterval: 200 });
const context = { page: { url: "https://shop.example/", title: "Kettles & more" }, locale: "en-GB", ip: "203.0.113.7" };
client.identify({ anonymousId: visitor, userId: visitor, traits: { email: "anna@example.com", plan: "gold" }, context });
for (const step of visit) {
  const { page, event, properties } = call(step);
  if (page) client.page({ anonymousId: visitor, name: "Home", properties, context });
  else client.track({ anonymousId: visitor, event, properties, context });
}
await new Promise((resolve, reject) => client.flush(error => (error ? reject(error) : resolve())));
