using System.Text;
using System.Text.Json;
using Engagement.Collector.Dialects.Segment;
using Engagement.Core;
using Engagement.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.PostHog;

/// <summary>Reads PostHog's events: one, an array, or <c>batch</c>. What <c>$set</c> and its like say of a person is not read.</summary>
internal static class PostHogReader
{
    /// <summary>In the order in which they stand.</summary>
    public static IEnumerable<JsonElement> EventsOf(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array) return root.EnumerateArray();
        if (root.Member("batch") is { ValueKind: JsonValueKind.Array } batch) return batch.EnumerateArray();
        return [root];
    }

    /// <summary><c>api_key</c> of the request, or <c>token</c> of the request or of its first event.</summary>
    public static string? KeyOf(JsonElement root)
    {
        if (root.Text("api_key", "token") is { } key) return key;
        var first = EventsOf(root).FirstOrDefault();
        return first.Member("properties").Text("token") ?? first.Text("api_key", "token");
    }

    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        foreach (var e in EventsOf(request.Json)) ReadEvent(e, request, events);
    }

    private static void ReadEvent(JsonElement sent, DialectRequest request, CanonicalEvents events)
    {
        if (sent.ValueKind != JsonValueKind.Object)
        {
            events.AddMalformed(sent.ValueKind == JsonValueKind.Undefined ? request.Body : DialectJson.Bytes(sent));
            return;
        }
        var properties = sent.Member("properties");
        var e = events.Begin();
        e.Id = sent.Text("uuid") ?? properties.Text("$insert_id") ?? CanonicalEvents.IdOf(DialectJson.Raw(sent));
        e.Visitor = VisitorOf(sent, properties);
        e.Name = sent.Text("event");
        ReadTime(e, sent, request);
        ReadPage(e, properties);
        e.ReadPrivacy(properties.Member("privacy"));
        if (e.Name is not { } name)
        {
            events.AddFaulty(DialectJson.Bytes(sent), EventReadError.MissingField, "event");
            return;
        }
        ReadMeaning(e, name, properties);
        events.Add(DialectJson.Bytes(sent));
    }

    /// <summary>The device before the person: once somebody is identified, <c>distinct_id</c> becomes another in the middle of the visit.</summary>
    private static string? VisitorOf(JsonElement sent, JsonElement properties)
    {
        var visitor = properties.Text("$device_id") ?? sent.Text("distinct_id", "$distinct_id") ?? properties.Text("distinct_id", "$distinct_id");
        return visitor == PostHogNames.Nobody ? null : visitor;
    }

    private static void ReadMeaning(DialectEvent e, string name, JsonElement properties)
    {
        if (SegmentEventReader.TryRead(e, properties)) return;
        if (PostHogNames.Events.TryGetValue(name, out var type)) e.Type = type;
        else if (name == PostHogNames.Autocapture) e.Properties = ClickOf(properties);
        else if (name[0] != PostHogNames.Own) e.Properties = DialectValues.Behaviour(properties, PostHogNames.IsLibrarys);
        if (name == "$screen") e.Title ??= properties.Text("$screen_name");
    }

    /// <summary>What was done and to what kind of element. Its text is not read: a page may write a person's name there.</summary>
    private static JsonElement ClickOf(JsonElement properties)
    {
        var element = properties.Member("$elements") is { ValueKind: JsonValueKind.Array } elements ? elements.EnumerateArray().FirstOrDefault().Text("tag_name") : null;
        element ??= properties.Text("$elements_chain") is { } chain ? chain[..Math.Max(0, chain.AsSpan().IndexOfAny('.', ':', ';'))] : null;
        var click = new Dictionary<string, string>();
        if (properties.Text("$event_type") is { } action) click["action"] = DialectText.Cut(action, Limits.SiteIdBytesMax);
        if (element is { Length: > 0 }) click["element"] = DialectText.Cut(element, Limits.SiteIdBytesMax);
        return click.Count == 0 ? default : JsonSerializer.SerializeToElement(click);
    }

    private static void ReadPage(DialectEvent e, JsonElement properties)
    {
        e.Url = properties.Text("$current_url", "$pathname");
        e.Title = properties.Text("$title") ?? (e.Name is "$pageview" or "$pageleave" ? properties.Text("title") : null);
        e.Referrer = properties.Text("$referrer") is { } referrer and not PostHogNames.Direct ? referrer : null;
        e.Language = properties.Text("$browser_language", "$locale");
    }

    private static void ReadTime(DialectEvent e, JsonElement sent, DialectRequest request)
    {
        var at = e.Time(sent, "timestamp", "");
        if (at is null && e.Count(sent, "offset", "") is { } offsetMs)
        {
            // So long before it was sent.
            e.OccurredAt = new Instant(request.Now.UnixMs - offsetMs);
            return;
        }
        var sentAtText = sent.Text("sent_at") ?? request.Json.Text("sent_at", "created_at");
        var sentAt = DialectText.TryTime(sentAtText, out var told) ? told : SentAtOf(request.Http);
        e.OccurredAt = DialectText.WithoutSkew(at, sentAt, request.Now);
    }

    /// <summary>Older libraries write it into the address, in Unix milliseconds.</summary>
    private static Instant? SentAtOf(HttpRequest http)
    {
        foreach (var name in new[] { "sent_at", "_" })
        {
            if (http.Query.TryGetValue(name, out var text) && DialectText.TryUnixMs(text.ToString(), out var at) && at.UnixMs > 0) return at;
        }
        return null;
    }
}
