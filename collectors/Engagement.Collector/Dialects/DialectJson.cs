using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Engagement.Core;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects;

/// <summary>JSON of strangers. Pure.</summary>
internal static class DialectJson
{
    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 2 * Limits.EventDepthMax };

    /// <summary>Throws <see cref="JsonException"/> for anything that is no JSON in UTF-8, or too deep.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json.Span)) throw new JsonException("Not valid UTF-8.");
        // Not disposed of: its memory is the body's, and what it rents of its own is left to the collector of garbage.
        return JsonElement.Parse(json.Span, s_options);
    }

    /// <summary>The bytes of a value, to be kept where it is rejected.</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonElement element) => System.Text.Encoding.UTF8.GetBytes(element.GetRawText());
}
