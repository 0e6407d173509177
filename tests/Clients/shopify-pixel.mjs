// A visit to a shop as a Shopify custom pixel forwards it: the code of the Shopify dialect's README, run with stand-ins for what Shopify gives a pixel.
// usage: node shopify-pixel.mjs <collector> <write key> <README.md>
import { readFileSync } from "node:fs";

const [host, key, readme] = process.argv.slice(2);
const code = /```js\n([\s\S]*?)```/.exec(readFileSync(readme, "utf8"))[1]
  .replace("https://collector.example", host)
  .replace("<write key>", key);

const listeners = {};
const analytics = { subscribe: (name, listener) => (listeners[name] = listener) };
let consent;
const api = { customerPrivacy: { subscribe: (name, listener) => (consent = listener) } };
const sent = [];
const fetchAwaited = (...request) => {
  const answer = fetch(...request).then(async (response) => {
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`);
  });
  sent.push(answer);
  return answer;
};
const privacy = (allowed) => ({ analyticsProcessingAllowed: allowed, marketingAllowed: false, preferencesProcessingAllowed: false, saleOfDataAllowed: false });
new Function("analytics", "init", "api", "fetch", code)(analytics, { customerPrivacy: privacy(false) }, api, fetchAwaited);

const kettle = {
  id: "v1", sku: "S-1", title: "Red", image: null, price: { amount: 49.5, currencyCode: "EUR" },
  product: { id: "p1", title: "Kettle", type: "Kitchen", vendor: "Maker", url: "/products/kettle", untranslatedTitle: "Kettle" },
};
const line = { quantity: 2, merchandise: kettle, cost: { totalAmount: { amount: 99, currencyCode: "EUR" } } };
const checkout = {
  token: "secret", email: "anna@example.com", totalPrice: { amount: 104, currencyCode: "EUR" }, subtotalPrice: { amount: 99, currencyCode: "EUR" },
  lineItems: [{ id: "l1", title: "Kettle", quantity: 2, variant: kettle }], order: null,
};
let step = 0;
const send = async (name, data = {}) => {
  const location = { href: `https://shop.example/${++step}` };
  listeners.all_standard_events({
    id: `sh-${step}`, name, type: "standard", seq: step, clientId: "anna", timestamp: new Date().toISOString(), data,
    context: { document: { title: "Shop", referrer: "", location, characterSet: "UTF-8" }, navigator: { language: "de-DE", userAgent: "node" }, window: { location } },
  });
  await Promise.all(sent);
};

await send("page_viewed"); // before consent: nothing of it may be kept
consent({ customerPrivacy: privacy(true) });
await send("page_viewed");
await send("collection_viewed", { collection: { id: "c1", title: "Kitchen", productVariants: [kettle] } });
await send("product_viewed", { productVariant: kettle });
await send("search_submitted", { searchResult: { query: "blue kettle", productVariants: [] } });
await send("product_added_to_cart", { cartLine: line });
await send("cart_viewed", { cart: { id: "c", totalQuantity: 2, cost: line.cost, lines: [line], attributes: [] } });
await send("checkout_started", { checkout });
await send("payment_info_submitted", { checkout });
await send("checkout_completed", { checkout: { ...checkout, order: { id: "o1", customer: null } } });
