using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Engagement.Collector.Rejects;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Matomo;

/// <summary>
/// Matomo's tracking API: parameters in the address, in a form, or many requests in one JSON body. Follows Matomo's "Tracking HTTP API" 5.x, its
/// BulkTracking plugin, and what matomo-tracker 2.2.4 sends.
/// </summary>
internal sealed class MatomoDialect : Dialect
{
    private static readonly string[] s_paths = ["/matomo.php", "/piwik.php"];

    public override string Name => DialectNames.Matomo;

    public override IReadOnlyList<DialectRoute> Routes { get; } =
        [.. s_paths.SelectMany(path => new[] { new DialectRoute(HttpMethods.Get, path), new DialectRoute(HttpMethods.Post, path) })];

    public override FrozenDictionary<string, string> Fields => MatomoNames.Fields;

    /// <summary>A body is JSON where it begins like it, whatever its type says: beacons say <c>text/plain</c> of both kinds.</summary>
    public override JsonElement Parse(HttpRequest http, ReadOnlyMemory<byte> body)
    {
        var first = body.Span.IndexOfAnyExcept(" \t\r\n"u8);
        return first >= 0 && body.Span[first] == '{' ? DialectJson.Parse(body) : default;
    }

    /// <summary>The site's number, which a site of ours may have as its key; most send <c>?key=</c> instead.</summary>
    public override string? KeyOf(DialectRequest request) => MatomoParameters.Of(request).Select(p => p?.GetValueOrDefault("idsite")).FirstOrDefault(id => id is not null);

    public override void Read(DialectRequest request, CanonicalEvents events) => MatomoReader.Read(request, events);

    /// <summary>The parameters of address and body together, as an object.</summary>
    public override SentOriginal? Alone(DialectRequest request, ReadOnlyMemory<byte> original) =>
        SentOriginal.Of(Name, request.Kind, request.Http, original) with { Method = HttpMethods.Post, Address = request.Http.Path };

    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer)
    {
        var http = request.Http.HttpContext;
        if (MatomoParameters.IsBulk(request)) return IsImageUnwanted(request.Json.Text("send_image")) ? DialectAnswers.NoContentAsync(http) : CountsAsync(http, answer);
        // Matomo says so, too, of a single request that it cannot take.
        if (answer.Rejected.Count > 0) return DialectAnswers.EventsAsync(http, answer, StatusCodes.Status400BadRequest);
        return IsImageUnwanted(MatomoParameters.Of(request).First()?.GetValueOrDefault("send_image")) ? DialectAnswers.NoContentAsync(http) : DialectAnswers.PixelAsync(http);
    }

    /// <summary>What a site's consent or its mode refused counts as tracked: nothing is wrong with it, and it is not to be sent again.</summary>
    private static Task CountsAsync(HttpContext http, EventsAnswer answer) => DialectAnswers.JsonAsync(http, string.Create(
        CultureInfo.InvariantCulture, $$"""{"status":"success","tracked":{{answer.Accepted + answer.Refused}},"invalid":{{answer.Rejected.Count}}}"""));

    private static bool IsImageUnwanted(string? sendImage) => sendImage is "0" or "false";
}
