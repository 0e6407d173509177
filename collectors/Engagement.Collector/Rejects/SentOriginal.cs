using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Rejects;

/// <summary>
/// One event as it came, with as much of its request as its dialect reads: enough to be read again as if it had come alone. As bytes: a line of JSON, then the
/// body. Without the keys that its request carries beside it, and without address and user agent. Immutable.
/// </summary>
/// <param name="Dialect">Null: our own form.</param>
/// <param name="Kind">As of the dialect's route.</param>
/// <param name="Address">Path and query; empty for our own form.</param>
/// <param name="Index">Its place in its request, of which some dialects make its id.</param>
/// <param name="Signals">What the request said beside its body.</param>
/// <param name="Headers">Those of the request that dialects read an event from.</param>
internal sealed record SentOriginal(
    string? Dialect, string? Kind, string Method, string Address, int Index, PrivacySignals Signals, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Members and parameters that hold a key of the site's.</summary>
    private static readonly string[] s_keys = ["key", "writeKey", "api_key", "token", "api_secret", "token_auth"];

    /// <summary>Headers that a dialect reads an event from, beside those that begin with <c>ce-</c>.</summary>
    private static readonly string[] s_headers = ["content-type", "anonymousid", "sp-anonymous"];

    public static bool IsKey(string name) => s_keys.Contains(name);

    public static SentOriginal OfOwnForm(ReadOnlySpan<byte> json, PrivacySignals signals) => new(null, null, HttpMethods.Post, "", 0, signals, [], json.ToArray());

    /// <param name="dialect">Its name.</param>
    /// <param name="kind">As of the dialect's route.</param>
    /// <param name="http">Whose request it was; of a GET the event is in the address.</param>
    /// <param name="body">What of its body is kept.</param>
    public static SentOriginal Of(string dialect, string? kind, HttpRequest http, ReadOnlyMemory<byte> body)
    {
        var query = QueryString.Create(http.Query.Where(p => !IsKey(p.Key)).SelectMany(p => p.Value, (p, value) => new KeyValuePair<string, string?>(p.Key, value)));
        var headers = http.Headers.Where(h => s_headers.Contains(h.Key, StringComparer.OrdinalIgnoreCase) || h.Key.StartsWith("ce-", StringComparison.OrdinalIgnoreCase))
            .Select(h => KeyValuePair.Create(h.Key, h.Value.ToString()));
        return new SentOriginal(dialect, kind, http.Method, http.Path + query.ToString(), 0, PrivacySignals.None, [.. headers], body);
    }

    /// <summary>Null where it would be longer than <see cref="Limits.RejectOriginalBytesMax"/>.</summary>
    public byte[]? ToBytes()
    {
        if (Body.Length > Limits.RejectOriginalBytesMax || Address.Length > Limits.RejectOriginalBytesMax) return null;
        using var bytes = new MemoryStream(256 + Body.Length);
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            if (Dialect is not null) writer.WriteString("dialect"u8, Dialect);
            if (Kind is not null) writer.WriteString("kind"u8, Kind);
            if (Method != HttpMethods.Post) writer.WriteString("method"u8, Method);
            if (Address.Length > 0) writer.WriteString("address"u8, Address);
            if (Index > 0) writer.WriteNumber("index"u8, Index);
            if (Signals != PrivacySignals.None) writer.WriteNumber("signals"u8, (int)Signals);
            foreach (var (name, value) in Headers) writer.WriteString("header " + name, value);
            writer.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        bytes.Write(Body.Span);
        return bytes.Length <= Limits.RejectOriginalBytesMax ? bytes.ToArray() : null;
    }

    /// <summary>False for what <see cref="ToBytes"/> did not write.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out SentOriginal original)
    {
        original = null!;
        var line = bytes.Span.IndexOf((byte)'\n');
        if (line < 0) return false;
        try
        {
            var head = JsonElement.Parse(bytes.Span[..line]);
            original = new SentOriginal(
                Text("dialect"), Text("kind"), Text("method") ?? HttpMethods.Post, Text("address") ?? "", Number("index"), (PrivacySignals)Number("signals"),
                [.. head.EnumerateObject().Where(m => m.Name.StartsWith("header ", StringComparison.Ordinal)).Select(m => KeyValuePair.Create(m.Name[7..], m.Value.GetString() ?? ""))],
                bytes[(line + 1)..]);
            return true;

            string? Text(string name) => head.TryGetProperty(name, out var value) ? value.GetString() : null;

            int Number(string name) => head.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>A request that says the same, answered by nobody.</summary>
    public HttpRequest ToRequest()
    {
        var http = new DefaultHttpContext().Request;
        http.Method = Method;
        var query = Address.IndexOf('?', StringComparison.Ordinal);
        http.Path = query < 0 ? Address : Address[..query];
        http.QueryString = new QueryString(query < 0 ? "" : Address[query..]);
        foreach (var (name, value) in Headers) http.Headers[name] = value;
        return http;
    }
}
