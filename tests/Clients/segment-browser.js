// Runs in a page, beside the library's own bundle: sends the visit, or what is left of it as the page goes.
window.visitWithSegment = async (address, key, visitor, visit) => {
  const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load({
    writeKey: key,
    cdnSettings: { integrations: { "Segment.io": { apiKey: key, apiHost: `${new URL(address).host}/v1`, protocol: "http" } } },
  });
  analytics.setAnonymousId(visitor);
  for (const { page, event, properties } of visit) {
    if (page) await analytics.page(undefined, undefined, properties);
    else await analytics.track(event, properties);
  }
};
