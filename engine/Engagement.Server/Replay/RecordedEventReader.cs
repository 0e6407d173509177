using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Core;

namespace Engagement.Server.Replay;

/// <summary>
/// Reads canonical events, one JSON object a line. A line without <c>receivedAt</c> gets its <c>occurredAt</c>; one without either, or that is no
/// object, is counted as unreadable.
/// </summary>
public static class RecordedEventReader
{
    public static Recording Read(TextReader lines)
    {
        var events = new List<RecordedEvent>();
        var unreadable = 0;
        while (lines.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (ReadLine(line) is { } read) events.Add(read);
            else unreadable++;
        }
        return new Recording(events, unreadable);
    }

    private static RecordedEvent? ReadLine(string line)
    {
        try
        {
            if (JsonNode.Parse(line) is not JsonObject json) return null;
            if (InstantOf(json["receivedAt"]) is { } received) return new RecordedEvent(received, Encoding.UTF8.GetBytes(line));
            if (InstantOf(json["occurredAt"]) is not { } occurred) return null;
            json["receivedAt"] = occurred.ToString();
            return new RecordedEvent(occurred, Encoding.UTF8.GetBytes(json.ToJsonString()));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Instant? InstantOf(JsonNode? node) => node is not JsonValue value ? null
        : value.TryGetValue<long>(out var unixMs) ? Instant.FromUnixMs(unixMs)
        : value.TryGetValue<DateTimeOffset>(out var time) ? Instant.FromDateTimeOffset(time)
        : null;
}
