using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Segment;

/// <summary>Reads Segment's calls, alone or in a batch. Traits are not read: who somebody is, is not asked here.</summary>
internal static class SegmentReader
{
    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        var root = request.Json;
        if (root.Member("batch") is { ValueKind: JsonValueKind.Array } batch)
        {
            foreach (var call in batch.EnumerateArray()) ReadCall(call, root, request, events);
        }
        else
        {
            ReadCall(root, root, request, events);
        }
    }

    /// <summary>RudderStack's image: the call's members in the address.</summary>
    public static void ReadPixel(DialectRequest request, CanonicalEvents events)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in request.Http.Query)
            {
                if (name is not "writeKey" and not "key") writer.WriteString(name, value.ToString());
            }
            writer.WriteString("type", request.Http.Path.Value!.EndsWith("page", StringComparison.Ordinal) ? "page" : "track");
            writer.WriteEndObject();
        }
        var call = DialectJson.Parse(buffer.WrittenMemory);
        ReadCall(call, call, request, events);
    }

    /// <param name="call">What is to be read.</param>
    /// <param name="root">The request's own object, whose context and sending time hold for every call of a batch that has none.</param>
    private static void ReadCall(JsonElement call, JsonElement root, DialectRequest request, CanonicalEvents events)
    {
        if (call.ValueKind != JsonValueKind.Object)
        {
            events.AddMalformed(call.ValueKind == JsonValueKind.Undefined ? request.Body : DialectJson.Bytes(call));
            return;
        }
        var context = call.Member("context") is { ValueKind: JsonValueKind.Object } own ? own : root.Member("context");
        var e = events.Begin();
        e.Id = call.Text("messageId") ?? CanonicalEvents.IdOf(DialectJson.Raw(call));
        e.Visitor = call.Text("anonymousId", "userId") ?? AnonymousIdOf(request.Http);
        ReadTime(e, call, root, request.Now);
        ReadPage(e, context);
        ReadPrivacy(e, context);
        switch (call.Text("type") ?? request.Kind ?? "track")
        {
            case "track":
                ReadTrack(e, call);
                break;
            case "page" or "screen":
                e.Type = EventType.PageViewed;
                e.Name = call.Text("name");
                ReadPageCall(e, call.Member("properties"));
                break;
            case var other:
                // Who somebody is, or becomes: kept as having happened, without what it says of the person.
                e.Name = other;
                break;
        }
        events.Add(DialectJson.Bytes(call));
    }

    private static void ReadTrack(DialectEvent e, JsonElement call)
    {
        var properties = call.Member("properties");
        e.Name = call.Text("event");
        if (!SegmentEventReader.TryRead(e, properties)) e.Properties = properties;
    }

    private static void ReadTime(DialectEvent e, JsonElement call, JsonElement root, Instant now)
    {
        Instant? at = DialectText.TryTime(call.Text("timestamp", "originalTimestamp"), out var timestamp) ? timestamp : null;
        Instant? sentAt = DialectText.TryTime(call.Text("sentAt") ?? root.Text("sentAt"), out var sent) ? sent : null;
        if (at is null && call.Text("timestamp") is not null) e.NotRead("timestamp");
        e.OccurredAt = DialectText.WithoutSkew(at, sentAt, now);
    }

    private static void ReadPage(DialectEvent e, JsonElement context)
    {
        var page = context.Member("page");
        e.Url = page.Text("url") ?? page.Text("path");
        e.Title = page.Text("title");
        e.Referrer = page.Text("referrer");
        e.Language = context.Text("locale");
    }

    /// <summary>What a page call says of its page goes before what its context says.</summary>
    private static void ReadPageCall(DialectEvent e, JsonElement properties)
    {
        e.Url = properties.Text("url") ?? e.Url ?? properties.Text("path");
        e.Title = properties.Text("title") ?? e.Title ?? e.Name;
        e.Referrer = properties.Text("referrer") ?? e.Referrer;
    }

    /// <summary>
    /// <c>context.privacy {consent, gpc, dnt}</c>, agreed on here, or what a consent manager wrote of the categories that measuring a visit falls under.
    /// </summary>
    private static void ReadPrivacy(DialectEvent e, JsonElement context)
    {
        e.ReadPrivacy(context.Member("privacy"));
        e.Consent ??= ConsentOf(context.Member("consent").Member("categoryPreferences"));
    }

    private static bool? ConsentOf(JsonElement categories)
    {
        if (categories.ValueKind != JsonValueKind.Object) return null;
        bool? any = null;
        foreach (var category in categories.EnumerateObject())
        {
            if (SegmentNames.ConsentCategories.Contains(category.Name)) any = any == true || category.Value.ValueKind == JsonValueKind.True;
        }
        return any;
    }

    /// <summary>RudderStack's browser library says it in a header too.</summary>
    private static string? AnonymousIdOf(HttpRequest http)
    {
        var header = http.Headers["AnonymousId"].ToString();
        Span<byte> decoded = stackalloc byte[Limits.VisitorIdBytesMax];
        return header.Length is > 0 and <= 4 * Limits.VisitorIdBytesMax / 3 && Convert.TryFromBase64String(header, decoded, out var length) && length > 0
            ? Encoding.UTF8.GetString(decoded[..length])
            : null;
    }
}
