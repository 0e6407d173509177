using System.Text;
using System.Text.Json;
using Engagement.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.CloudEvents;

/// <summary>What CloudEvents says of every event. Null where it is missing.</summary>
internal readonly record struct CloudEventsAttributes(string? SpecVersion, string? Id, string? Source, string? Type, string? Time, string? Subject);

/// <summary>Reads events in any of the three modes: attributes here, data by <see cref="CloudEventsContractReader"/>.</summary>
internal static class CloudEventsReader
{
    private const string Version = "1.0";

    /// <summary>Whether the attributes stand in headers. Without both those and CloudEvents' own type of body it is read by its form.</summary>
    public static bool IsBinary(HttpRequest http)
    {
        if (http.ContentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true) return false;
        return http.Headers.ContainsKey("ce-specversion") || http.Headers.ContainsKey("ce-id") || http.Headers.ContainsKey("ce-source") || http.Headers.ContainsKey("ce-type");
    }

    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        if (IsBinary(request.Http))
        {
            ReadEvent(AttributesOf(request.Http), request.Json, isUnread: request.Json.ValueKind == JsonValueKind.Undefined && !request.Body.IsEmpty, request.Body, events);
        }
        else if (request.Json.ValueKind == JsonValueKind.Array)
        {
            foreach (var e in request.Json.EnumerateArray()) ReadStructured(e, DialectJson.Bytes(e), events);
        }
        else
        {
            ReadStructured(request.Json, request.Body, events);
        }
    }

    private static void ReadStructured(JsonElement e, ReadOnlyMemory<byte> original, CanonicalEvents events)
    {
        if (e.ValueKind != JsonValueKind.Object)
        {
            events.AddMalformed(original);
            return;
        }
        var attributes = new CloudEventsAttributes(e.Text("specversion"), e.Text("id"), e.Text("source"), e.Text("type"), e.Text("time"), e.Text("subject"));
        var data = e.Member("data");
        if (data.ValueKind == JsonValueKind.Undefined) data = Decoded(e.Text("data_base64"));
        var isUnread = data.ValueKind is JsonValueKind.String or JsonValueKind.Array || (data.ValueKind == JsonValueKind.Undefined && e.Text("data_base64") is not null);
        ReadEvent(attributes, data, isUnread, original, events);
    }

    private static void ReadEvent(in CloudEventsAttributes attributes, JsonElement data, bool isUnread, ReadOnlyMemory<byte> original, CanonicalEvents events)
    {
        var e = events.Begin();
        // An id is its source's own; both together tell a repeated sending.
        e.Id = CanonicalEvents.IdOf(Encoding.UTF8.GetBytes($"{attributes.Source}\n{attributes.Id}"));
        e.Visitor = data.Text("visitor") ?? attributes.Subject;
        e.Name = attributes.Type ?? "";
        e.Type = CloudEventsNames.TypeOf(e.Name);
        if (DialectText.TryTime(attributes.Time, out var at)) e.OccurredAt = at;
        else if (attributes.Time is not null) e.NotRead("time");
        else e.OccurredAt = e.Time(data, "occurredAt", "data.");
        if (isUnread) e.NotRead("data");
        CloudEventsContractReader.Read(e, data);
        if (FaultOf(attributes) is var (error, field)) events.AddFaulty(original, error, field);
        else events.Add(original);
    }

    private static (EventReadError Error, string Field)? FaultOf(in CloudEventsAttributes attributes) => attributes switch
    {
        { SpecVersion: null } => (EventReadError.MissingField, "specversion"),
        { SpecVersion: not Version } => (EventReadError.InvalidField, "specversion"),
        { Id: null } => (EventReadError.MissingField, "id"),
        { Source: null } => (EventReadError.MissingField, "source"),
        { Type: null } => (EventReadError.MissingField, "type"),
        _ => null,
    };

    private static CloudEventsAttributes AttributesOf(HttpRequest http) => new(
        Header(http, "ce-specversion"), Header(http, "ce-id"), Header(http, "ce-source"), Header(http, "ce-type"), Header(http, "ce-time"), Header(http, "ce-subject"));

    /// <summary>What is not plain ASCII comes percent-encoded.</summary>
    private static string? Header(HttpRequest http, string name) => http.Headers[name].ToString() is { Length: > 0 } value ? Uri.UnescapeDataString(value) : null;

    private static JsonElement Decoded(string? base64)
    {
        if (base64 is null) return default;
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length)) return default;
        try
        {
            return DialectJson.Parse(bytes.AsMemory(0, length));
        }
        catch (JsonException)
        {
            return default; // any bytes may be data
        }
    }
}
