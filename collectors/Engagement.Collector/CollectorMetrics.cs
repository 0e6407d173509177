using System.Diagnostics.Metrics;

namespace Engagement.Collector;

/// <summary>
/// What came and what became of it: received = accepted + rejected + refused + deferred (the sender still has those: it was told to come again).
/// Meter <c>Engagement.Collector</c>. Thread-safe.
/// </summary>
public sealed class CollectorMetrics(IMeterFactory meters, Core.Sites.DoorCounters? door = null)
{
    public const string MeterName = "Engagement.Collector";

    private readonly Instruments _of = new(meters.Create(MeterName));

    public void Received(string site, int events) => _of.Received.Add(events, new KeyValuePair<string, object?>("site", site));

    public void Accepted(string site, int events) => _of.Accepted.Add(events, new KeyValuePair<string, object?>("site", site));

    /// <summary>Cause: a code of <c>EventReadError</c>, or of the whole body.</summary>
    public void Rejected(string site, string cause) => Count(_of.Rejected, site, cause, 1);

    /// <summary>
    /// Cause: <c>no_consent</c>, <c>consent_refused</c>, <c>site_off</c>, <c>page_never_read</c>, <c>page_not_taken</c>, <c>type_not_taken</c>, <c>known_bot</c>,
    /// <c>not_human</c> or <c>visitor_too_many_requests</c>. Nothing of these is kept.
    /// </summary>
    public void Refused(string site, string cause, int events)
    {
        Count(_of.Refused, site, cause, events);
        door?.Add(site, cause, events);
    }

    /// <summary>Members of accepted events that the site's lists dropped.</summary>
    public void PropertiesDropped(string site, int properties)
    {
        if (properties == 0) return;
        _of.Properties.Add(properties, new KeyValuePair<string, object?>("site", site));
        door?.Add(site, "property_not_taken", properties);
    }

    /// <summary>Cause: <c>busy</c>, <c>unavailable</c>, <c>too_many_requests</c> or <c>visitor_too_many_requests</c>.</summary>
    public void Deferred(string site, string cause, int events) => Count(_of.Deferred, site, cause, events);

    /// <summary>A visitor was given a token; kind <c>minted</c> or <c>signed</c>.</summary>
    public void SessionOpened(string site, string kind) => Count(_of.Sessions, site, kind, 1);

    /// <summary>A request answered with a problem, by its code.</summary>
    public void Problem(string code) => _of.Problems.Add(1, new KeyValuePair<string, object?>("code", code));

    private static void Count(Counter<long> counter, string site, string cause, int events)
    {
        if (events > 0) counter.Add(events, new("site", site), new("cause", cause));
    }

    private sealed class Instruments(Meter meter)
    {
        public readonly Counter<long> Received = meter.CreateCounter<long>("engagement.collector.events.received", "{event}");
        public readonly Counter<long> Accepted = meter.CreateCounter<long>("engagement.collector.events.accepted", "{event}");
        public readonly Counter<long> Rejected = meter.CreateCounter<long>("engagement.collector.events.rejected", "{event}");
        public readonly Counter<long> Refused = meter.CreateCounter<long>("engagement.collector.events.refused", "{event}");
        public readonly Counter<long> Properties = meter.CreateCounter<long>("engagement.collector.properties.dropped", "{property}");
        public readonly Counter<long> Deferred = meter.CreateCounter<long>("engagement.collector.events.deferred", "{event}");
        public readonly Counter<long> Sessions = meter.CreateCounter<long>("engagement.collector.sessions", "{session}");
        public readonly Counter<long> Problems = meter.CreateCounter<long>("engagement.collector.problems", "{request}");
    }
}
