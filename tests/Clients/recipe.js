// Runs in a page: the code of a dialect's README, as it stands there, with what the page has of the vendor's library.
window.runRecipe = (code, parts) => {
  const AsyncFunction = (async () => {}).constructor;
  return new AsyncFunction(...Object.keys(parts), code)(...Object.values(parts));
};

window.beginSegment = async () => {
  const [analytics] = await window.AnalyticsNext.AnalyticsBrowser.load({
    writeKey: "segment-key",
    cdnSettings: { integrations: { "Segment.io": { apiKey: "segment-key", apiHost: "segment.example/v1", protocol: "https" } } },
  });
  window.analytics = analytics;
};

window.beginSnowplow = () => window.snowplowBrowserTracking.newTracker("theirs", "https://snowplow.example", { appId: "their-app", plugins: [window.snowplowSiteTracking.SiteTrackingPlugin()] });
