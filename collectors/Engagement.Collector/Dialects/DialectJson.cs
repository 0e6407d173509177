using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Engagement.Collector.Rejects;
using Engagement.Core;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects;

/// <summary>JSON of strangers. Pure.</summary>
internal static class DialectJson
{
    /// <summary>Of <c>\uXXXX</c>.</summary>
    private const int EscapeBytes = 6;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 2 * Limits.EventDepthMax };

    /// <summary>Throws <see cref="JsonException"/> for anything that is no JSON in UTF-8, or too deep.</summary>
    public static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json.Span)) throw new JsonException("Not valid UTF-8.");
        // Not disposed of: its memory is the body's, and what it rents of its own is left to the collector of garbage.
        return JsonElement.Parse(Mend(json).Span, s_options);
    }

    /// <summary>As <see cref="Parse"/>, of JSON that stands as text in a value; false where it is none.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> json, out JsonElement element)
    {
        try
        {
            element = Parse(json);
            return true;
        }
        catch (JsonException)
        {
            element = default;
            return false;
        }
    }

    /// <summary>An object of texts in their order, without those that are null.</summary>
    public static JsonElement Object(IEnumerable<KeyValuePair<string, string?>> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                if (value is not null) writer.WriteString(name, value);
            }
            writer.WriteEndObject();
        }
        return Parse(buffer.WrittenMemory);
    }

    /// <summary>
    /// Half of a surrogate pair, as is left where a script cuts a title within an emoji, becomes U+FFFD: reading its text, or the name of a member, would
    /// throw, and the rest of the event is good.
    /// </summary>
    private static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> json)
    {
        byte[]? mended = null;
        var bytes = json.Span;
        for (var at = 0; at < bytes.Length;)
        {
            var next = bytes[at..].IndexOf((byte)'\\');
            if (next < 0) break;
            at += next;
            if (!TryUnitAt(bytes, at, out var unit)) at += 2;
            else if (!char.IsSurrogate(unit)) at += EscapeBytes;
            else if (char.IsHighSurrogate(unit) && TryUnitAt(bytes, at + EscapeBytes, out var low) && char.IsLowSurrogate(low)) at += 2 * EscapeBytes;
            else
            {
                "\\uFFFD"u8.CopyTo((mended ??= json.ToArray()).AsSpan(at));
                at += EscapeBytes;
            }
        }
        return mended ?? json;
    }

    private static bool TryUnitAt(ReadOnlySpan<byte> json, int at, out char unit)
    {
        unit = default;
        if (at > json.Length - EscapeBytes || json[at] != '\\' || json[at + 1] != 'u') return false;
        if (!Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort code, out var read, 'x') || read != 4) return false;
        unit = (char)code;
        return true;
    }

    /// <summary>
    /// A body with this one event where <paramref name="root"/> has several: in its array, or in the one that its member <paramref name="list"/> is, beside what else it says, but for keys.
    /// Where it is neither, the event is the body. False where it would be longer than <paramref name="bytesMax"/>.
    /// </summary>
    public static bool TryAlone(JsonElement root, string? list, ReadOnlyMemory<byte> original, int bytesMax, out ReadOnlyMemory<byte> body)
    {
        var several = root.ValueKind == JsonValueKind.Array ? root : list is null ? default : root.Member(list);
        var isSeveral = several.ValueKind == JsonValueKind.Array;
        body = original;
        if (original.Length + (isSeveral ? Raw(root).Length - Raw(several).Length : 0) > bytesMax) return false;
        if (!isSeveral) return true;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            if (root.ValueKind == JsonValueKind.Array) WriteOnly(writer, original);
            else WriteAlone(writer, root, list!, original);
        }
        body = buffer.WrittenMemory;
        return true;
    }

    private static void WriteAlone(Utf8JsonWriter writer, JsonElement root, string list, ReadOnlyMemory<byte> original)
    {
        writer.WriteStartObject();
        foreach (var member in root.EnumerateObject())
        {
            if (SentOriginal.IsKey(member.Name)) continue;
            writer.WritePropertyName(member.Name);
            if (member.NameEquals(list)) WriteOnly(writer, original);
            else writer.WriteRawValue(Raw(member.Value), skipInputValidation: true);
        }
        writer.WriteEndObject();
    }

    private static void WriteOnly(Utf8JsonWriter writer, ReadOnlyMemory<byte> original)
    {
        writer.WriteStartArray();
        writer.WriteRawValue(original.Span, skipInputValidation: true);
        writer.WriteEndArray();
    }

    /// <summary>A value as it is written; valid as long as the value is.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element);

    /// <summary>A copy of it, to be kept where it is rejected.</summary>
    public static ReadOnlyMemory<byte> Bytes(JsonElement element) => Raw(element).ToArray();
}
