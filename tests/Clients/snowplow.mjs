import { buildPagePing, buildPageView, buildSelfDescribingEvent, buildSiteSearch, newTracker } from "@snowplow/node-tracker";
import { address, bought, cup, kettle, key, pages, query, total, visitor } from "./kitchen.mjs";

const commerce = "iglu:com.snowplowanalytics.snowplow.ecommerce";
const { hostname, port } = new URL(address);
const tracker = newTracker(
  { namespace: "visit", appId: key, encodeBase64: true },
  {
    endpoint: hostname, port: Number(port), protocol: "http", bufferSize: 20, retryFailedRequests: false,
    onRequestFailure: (failure) => {
      console.error(failure);
      process.exitCode = 1;
    },
  },
);
tracker.setDomainUserId(visitor);

const entity = (name, data) => ({ schema: `${commerce}/${name}/jsonschema/1-0-0`, data });
const product = (data) => entity("product", { ...data, currency: "EUR" });
const cart = entity("cart", { cart_id: "c1", total_value: total, currency: "EUR" });
const at = (page) => {
  tracker.addPayloadPair("url", page.url);
  tracker.addPayloadPair("page", page.title);
};
const act = (type, page, entities, name) => {
  at(page);
  tracker.track(buildSelfDescribingEvent({ event: { schema: `${commerce}/snowplow_ecommerce_action/jsonschema/1-0-2`, data: { type, name } } }), entities);
};
const view = (page, entities) => tracker.track(buildPageView({ pageUrl: page.url, pageTitle: page.title }), entities);

view(pages.home);
act("list_view", pages.list, [product(kettle), product(cup)], "Kitchen ware");
act("product_view", pages.product, [product(kettle)]);
at(pages.search);
tracker.track(buildSiteSearch({ terms: query.split(" "), totalResults: 0 }));
act("add_to_cart", pages.product, [product(bought), cart]);
at(pages.cart);
view(pages.cart, [entity("page", { type: "cart" }), product(bought), cart]);
act("checkout_step", pages.checkout, [entity("checkout_step", { step: 1 }), cart]);
act("transaction", pages.thanks, [product(bought), entity("transaction", { transaction_id: "o1", revenue: total, total_quantity: 2, currency: "EUR", payment_method: "card" })]);
tracker.track(buildPagePing({ pageUrl: pages.thanks.url, pageTitle: pages.thanks.title }));
await tracker.flush();
