// Runs in a page, beside the library's own bundles and two of its plugins: sends a part of the visit. Resolves with the id that the library made up for the visitor.
window.visitWithSnowplow = async (address, key, visit) => {
  const { newTracker, trackPageView, setCustomUrl } = window.snowplowBrowserTracking;
  const { SnowplowEcommercePlugin, trackProductListView, trackProductView, trackAddToCart, trackCheckoutStep, trackTransaction } = window.snowplowEcommerceAccelerator;
  const { SiteTrackingPlugin, trackSiteSearch } = window.snowplowSiteTracking;
  const tracker = newTracker("visit", address, { appId: key, plugins: [SnowplowEcommercePlugin(), SiteTrackingPlugin()] });
  const currency = "EUR";
  const priced = p => ({ ...p, currency });
  const schema = name => `iglu:com.snowplowanalytics.snowplow.ecommerce/${name}/jsonschema/1-0-0`;
  const entities = step => [...step.products.map(data => ({ schema: schema("product"), data: priced(data) })), { schema: schema("cart"), data: { total_value: step.value, currency } }];
  for (const step of visit) {
    if (step.url) setCustomUrl(step.url);
    switch (step.do) {
      case "page": trackPageView({ title: step.title }); break;
      case "list": trackProductListView({ name: step.category, products: step.products.map(priced) }); break;
      case "product": trackProductView(priced(step.product)); break;
      case "search": trackSiteSearch({ terms: step.query.split(" "), filters: { scope: "catalogue" }, totalResults: step.results }); break;
      case "add": trackAddToCart({ products: [priced(step.product)], total_value: 99, currency }); break;
      // The plugin has no event for it: a page that is said to be the cart's.
      case "cart": trackPageView({ title: "Cart", context: [{ schema: schema("page"), data: { type: "cart" } }, ...entities(step)] }); break;
      case "checkout": trackCheckoutStep({ step: 1, context: entities(step) }); break;
      case "order": trackTransaction({ transaction_id: step.id, revenue: step.value, currency, payment_method: "card", total_quantity: 2, products: step.products.map(priced) }); break;
    }
  }
  return tracker.getDomainUserId();
};
