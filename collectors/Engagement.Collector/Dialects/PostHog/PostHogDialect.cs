using System.Collections.Frozen;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.PostHog;

/// <summary>
/// PostHog's capture endpoints, the older ones and version 1, and answers to what its browser library asks besides. Follows PostHog's "Capture API",
/// and posthog-js and posthog-node where they do otherwise.
/// </summary>
internal sealed class PostHogDialect : Dialect
{
    private const string Version1 = "v1";
    private const string Flags = "flags";
    private const string Settings = "settings";
    private const string Recording = "recording";

    public override string Name => DialectNames.PostHog;

    /// <summary>Routing takes each also with a slash at its end, which the libraries write.</summary>
    public override IReadOnlyList<DialectRoute> Routes { get; } =
    [
        new(HttpMethods.Post, "/i/v0/e"),
        new(HttpMethods.Post, "/e"),
        new(HttpMethods.Post, "/capture"),
        new(HttpMethods.Post, "/track"),
        new(HttpMethods.Post, "/batch"),
        new(HttpMethods.Post, "/i/v1/analytics/events", Version1),
        new(HttpMethods.Post, "/flags", Flags, IsQuestion: true),
        new(HttpMethods.Get, "/flags", Flags, IsQuestion: true),
        new(HttpMethods.Post, "/decide", Flags, IsQuestion: true),
        new(HttpMethods.Get, "/array/{token}/{file}", Settings, IsQuestion: true),
        new(HttpMethods.Post, "/s", Recording, IsQuestion: true),
    ];

    public override string AllowedHeaders =>
        "authorization, content-type, content-encoding, posthog-sdk-info, posthog-attempt, posthog-request-id, posthog-request-timestamp";

    public override FrozenDictionary<string, string> Fields => PostHogNames.Fields;

    public override ReadOnlyMemory<byte> Decode(HttpRequest http, ReadOnlyMemory<byte> body) => PostHogEncoding.Decode(body);

    public override string? KeyOf(DialectRequest request) => CredentialReader.BearerOf(request.Http) ?? PostHogReader.KeyOf(request.Json);

    protected override string List => "batch";

    public override void Read(DialectRequest request, CanonicalEvents events) => PostHogReader.Read(request, events);

    /// <summary>
    /// 200 also where events were rejected: sending those again would change nothing. Not 204, after which posthog-js sends again.
    /// </summary>
    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) => request.Kind == Version1
        ? DialectAnswers.JsonAsync(request.Http.HttpContext, PostHogAnswers.ResultsOf(request.Json, answer))
        : DialectAnswers.CountsAsync(request.Http.HttpContext, "\"status\":1", answer);

    /// <summary>No flags, no recording, no surveys: what would be asked of PostHog's own server is off. Recordings are not kept.</summary>
    public override async ValueTask<bool> TryAnswerQuestionAsync(DialectRequest request)
    {
        var http = request.Http.HttpContext;
        switch (request.Kind)
        {
            case Flags:
                await DialectAnswers.JsonAsync(http, PostHogAnswers.Flags);
                return true;
            case Recording:
                await DialectAnswers.JsonAsync(http, "{\"status\":1}");
                return true;
            case Settings when http.Request.RouteValues["file"] is "config":
                await DialectAnswers.JsonAsync(http, PostHogAnswers.Settings);
                return true;
            case Settings:
                // The library then asks for the settings as JSON; so that nothing of the address ends up in a script.
                await DialectAnswers.TextAsync(http, "/* Settings are at config. */", "text/javascript; charset=utf-8");
                return true;
            default:
                return false;
        }
    }
}
