using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Collector.Dialects.Ga4;
using Microsoft.AspNetCore.WebUtilities;

namespace Engagement.Collector.Dialects.GoogleTag;

/// <summary>
/// Makes of each event what the Measurement Protocol would call its parameters, which <see cref="Ga4Reader"/> then reads. Properties of the user (<c>up.</c>),
/// place and device are not read.
/// </summary>
internal static class GoogleTagReader
{
    private const int ItemsMax = 200;

    public static void Read(DialectRequest request, CanonicalEvents events)
    {
        var address = request.Http.QueryString.Value ?? "";
        var lines = Encoding.UTF8.GetString(request.Body.Span).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0) lines = [""];
        for (var i = 0; i < lines.Length; i++)
        {
            var parameters = new Dictionary<string, string>();
            Add(parameters, address);
            Add(parameters, lines[i]);
            ReadOne(parameters, request.FirstIndex + i, events);
        }
    }

    private static void ReadOne(Dictionary<string, string> parameters, int index, CanonicalEvents events)
    {
        var original = DialectJson.Bytes(DialectJson.Object(parameters.Where(p => p.Key != "key").Select(p => new KeyValuePair<string, string?>(p.Key, p.Value))));
        if (parameters.GetValueOrDefault("v") != GoogleTagNames.Version)
        {
            events.AddMalformed(original);
            return;
        }
        var e = events.Begin();
        e.Visitor = parameters.GetValueOrDefault("cid") ?? parameters.GetValueOrDefault("uid");
        e.Name = parameters.GetValueOrDefault("en");
        if (e.Name is null) e.NotRead("en");
        // The page's load and the hit's number on it tell one event from another that is like it.
        if (parameters.ContainsKey("_p") && parameters.ContainsKey("_s"))
        {
            e.Id = CanonicalEvents.IdOf([.. original.Span, .. Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture))]);
        }
        else
        {
            e.MintId();
        }
        e.Consent = ConsentOf(parameters.GetValueOrDefault("gcs"));
        Ga4Reader.ReadParameters(e, ParametersOf(parameters));
        events.Add(original);
    }

    /// <summary><c>G1</c>, then a digit for advertising and one for analytics; anything else where consent is not asked for.</summary>
    private static bool? ConsentOf(string? state) => state is ['G', '1', _, var analytics, ..] ? analytics switch { '1' => true, '0' => false, _ => null } : null;

    private static JsonElement ParametersOf(Dictionary<string, string> parameters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in parameters)
            {
                if (GoogleTagNames.Parameters.TryGetValue(name, out var known)) writer.WriteString(known, value);
                else if (name.StartsWith("ep.", StringComparison.Ordinal)) writer.WriteString(name[3..], value);
                else if (name.StartsWith("epn.", StringComparison.Ordinal)) writer.WriteString(name[4..], value);
            }
            writer.WriteStartArray("items");
            for (var i = 1; i <= ItemsMax && parameters.TryGetValue(string.Create(CultureInfo.InvariantCulture, $"pr{i}"), out var item); i++) WriteItem(writer, item);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return DialectJson.Parse(buffer.WrittenMemory);
    }

    /// <summary><c>idSKU~nmName~pr9.99~qt1</c>: two letters, then the value.</summary>
    private static void WriteItem(Utf8JsonWriter writer, string item)
    {
        writer.WriteStartObject();
        foreach (var part in item.Split('~', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Length > 2 && GoogleTagNames.ItemParts.TryGetValue(part[..2], out var name)) writer.WriteString(name, part[2..]);
        }
        writer.WriteEndObject();
    }

    private static void Add(Dictionary<string, string> parameters, string query)
    {
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var value = pair.DecodeValue();
            if (!value.IsEmpty) parameters[pair.DecodeName().ToString()] = value.ToString();
        }
    }
}
