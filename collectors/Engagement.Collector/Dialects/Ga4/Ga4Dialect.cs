using System.Collections.Frozen;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects.Ga4;

/// <summary>
/// Google Analytics 4's Measurement Protocol, which servers speak, and its twin that only checks. Follows Google's "Measurement Protocol reference" and
/// "Recommended events".
/// </summary>
internal sealed class Ga4Dialect : Dialect
{
    private const string Debug = "debug";

    public override string Name => DialectNames.Ga4;

    public override IReadOnlyList<DialectRoute> Routes { get; } = [new(HttpMethods.Post, "/mp/collect"), new(HttpMethods.Post, "/debug/mp/collect", Debug)];

    public override FrozenDictionary<string, string> Fields => Ga4Names.Fields;

    public override string? KeyOf(DialectRequest request) => request.Http.Query.TryGetValue("api_secret", out var key) ? key.ToString() : null;

    protected override string List => "events";

    public override void Read(DialectRequest request, CanonicalEvents events) => Ga4Reader.Read(request, events);

    /// <summary>204 also where events were rejected, as Google does: what is wrong with them, the checking twin tells.</summary>
    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer) => DialectAnswers.NoContentAsync(request.Http.HttpContext);

    public override async ValueTask<bool> TryAnswerQuestionAsync(DialectRequest request)
    {
        if (request.Kind != Debug) return false;
        using var events = new CanonicalEvents(Name, Fields);
        Read(request, events);
        await DialectAnswers.JsonAsync(request.Http.HttpContext, Ga4Validation.Of(request, events));
        return true;
    }
}
