using System.Collections.Frozen;
using System.Text;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Segment;

/// <summary>
/// Segment's HTTP tracking API, with the one-letter paths that its browser library really posts to, and RudderStack's gateway, which takes the same
/// bodies. Follows Segment's "HTTP API" and "Spec: V2 Ecommerce Events", and rudder-server's gateway.
/// </summary>
internal sealed class SegmentDialect : Dialect
{
    private const string Metrics = "metrics";
    private const string Pixel = "pixel";
    private const string Basic = "Basic ";

    private static readonly string[] s_calls = ["track", "page", "screen", "identify", "group", "alias"];

    public override string Name => DialectNames.Segment;

    public override IReadOnlyList<DialectRoute> Routes { get; } =
    [
        .. s_calls.SelectMany(call => new[]
        {
            new DialectRoute(HttpMethods.Post, $"/v1/{call}", call),
            new DialectRoute(HttpMethods.Post, $"/v1/{call[0]}", call),
        }),
        new(HttpMethods.Post, "/v1/batch"),
        new(HttpMethods.Post, "/v1/b"),
        new(HttpMethods.Post, "/v1/import"),
        new(HttpMethods.Post, "/v1/merge", "merge"),
        new(HttpMethods.Post, "/v1/m", Metrics),
        new(HttpMethods.Post, "/beacon/v1/batch"),
        new(HttpMethods.Get, "/pixel/v1/track", Pixel),
        new(HttpMethods.Get, "/pixel/v1/page", Pixel),
    ];

    public override string AllowedHeaders => "authorization, content-type, content-encoding, anonymousid, x-retry-count";
    public override FrozenDictionary<string, string> Fields => SegmentNames.Fields;

    /// <summary>Basic with the key as user and no password; a bearer beside the key in the body; the key in the body; or, of a beacon, in the address.</summary>
    public override string? KeyOf(DialectRequest request)
    {
        if (UserOf(request.Http.Headers.Authorization.ToString()) is { } user) return user;
        if (request.Json.Text("writeKey") is { } key) return key;
        return request.Http.Query.TryGetValue("writeKey", out var inAddress) ? inAddress.ToString() : null;
    }

    protected override string List => "batch";

    public override void Read(DialectRequest request, CanonicalEvents events)
    {
        if (request.Kind == Pixel) SegmentReader.ReadPixel(request, events);
        else SegmentReader.Read(request, events);
    }

    /// <summary>200 also where events were rejected, as Segment does: sending those again would change nothing.</summary>
    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) => request.Kind == Pixel
        ? DialectAnswers.PixelAsync(request.Http.HttpContext)
        : DialectAnswers.CountsAsync(request.Http.HttpContext, "\"success\":true", answer);

    /// <summary>What the library says of itself is of no use here.</summary>
    public override async ValueTask<bool> TryAnswerQuestionAsync(DialectRequest request)
    {
        if (request.Kind != Metrics) return false;
        await DialectAnswers.JsonAsync(request.Http.HttpContext, "{\"success\":true}");
        return true;
    }

    private static string? UserOf(string header)
    {
        if (!header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)) return null;
        var text = header.AsSpan(Basic.Length).Trim();
        Span<byte> decoded = stackalloc byte[512];
        if (text.Length > 680 || !Convert.TryFromBase64Chars(text, decoded, out var length)) return null;
        var colon = decoded[..length].IndexOf((byte)':');
        return Encoding.UTF8.GetString(decoded[..(colon < 0 ? length : colon)]);
    }
}
