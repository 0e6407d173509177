using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Engagement.Collector.Rejects;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects.Ga4;

/// <summary>What the checking twin answers: everything for which an event would be rejected or only partly read, in the form of Google's own. Nothing is kept.</summary>
internal static class Ga4Validation
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.Default };

    public static string Of(DialectRequest request, CanonicalEvents events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, s_options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("validationMessages"u8);
            if (request.Json.Member("events").ValueKind != JsonValueKind.Array) Write(writer, "events", "VALUE_REQUIRED", "The request needs an array of events.");
            else if (events.Count > Ga4Names.RequestEventsMax) Write(writer, "events", "EXCEEDED_MAX_ENTITIES", "More than 25 events: they are taken here, but Google would take none.");
            for (var i = 0; i < events.Count && request.Json.Member("events").ValueKind == JsonValueKind.Array; i++) Check(writer, events, i);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Check(Utf8JsonWriter writer, CanonicalEvents events, int index)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"events[{index}]");
        var json = events.Json(index);
        var result = new VisitorEventReader().ReadClient(json, out _);
        if (!result.IsOk)
        {
            var field = result.Field is { } name ? events.Fields.GetValueOrDefault(name, name) : null;
            var code = result.Error is EventReadError.MissingField or EventReadError.MissingVisitor ? "VALUE_REQUIRED" : "VALUE_INVALID";
            Write(writer, field is null ? place : field is "client_id" ? field : $"{place}.{field}", code, RejectTexts.DetailOf(result.Error, field));
            return;
        }
        if (DialectJson.Parse(json.ToArray()).Member("source").Member("notRead") is not { ValueKind: JsonValueKind.Array } unread) return;
        foreach (var field in unread.EnumerateArray()) Write(writer, $"{place}.{field.AsText()}", "VALUE_INVALID", $"{field.AsText()} cannot be read; the event would be kept without it.");
    }

    private static void Write(Utf8JsonWriter writer, string field, string code, string description)
    {
        writer.WriteStartObject();
        writer.WriteString("fieldPath"u8, field);
        writer.WriteString("description"u8, description);
        writer.WriteString("validationCode"u8, code);
        writer.WriteEndObject();
    }
}
