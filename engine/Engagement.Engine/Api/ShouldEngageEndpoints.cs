using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Microsoft.Extensions.Primitives;

namespace Engagement.Engine.Api;

/// <summary>should-engage: a question that changes nothing, answered from state or from the events sent along.</summary>
internal static class ShouldEngageEndpoints
{
    private static readonly StringValues Json = "application/json; charset=utf-8";

    public static void MapShouldEngage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/should-engage", GetAsync)
            .WithName("ShouldEngage").WithTags("Engagement").WithSummary("Whether to engage this visitor now, and why, or why not")
            .WithDescription("An api key gets the whole answer for any visitor of its site; a visitor's token only engage, invitation, articles and askAgainAfter.")
            .Produces<ShouldEngageAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        routes.MapPost("/v1/should-engage", PostAsync)
            .WithName("ShouldEngageInline").WithTags("Engagement").WithSummary("The same question, with the session's events sent along")
            .WithDescription("For a knowledge base that sends no events of its own. Nothing is kept. A visitor that is named keeps her earlier no.")
            .Accepts<InvitationBody>("application/json").Produces<ShouldEngageAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(413);
    }

    /// <summary>Hot: one look-up of the key, one of the assessment, and the answer as rendered before.</summary>
    private static async Task GetAsync(HttpContext context, string? visitor, string? site, string? language, ApiParts parts, OwnWritesPolicy ownWrites)
    {
        var now = parts.Now;
        if (!TryCaller(context, parts, visitor, site, now, out var known, out var isBrowser, out var problem))
        {
            await problem!.ExecuteAsync(context);
            return;
        }
        await ownWrites.WaitAsync(known, context.RequestAborted);
        var json = await AnswerAsync(parts, known, isBrowser, language, parts.Now, context.RequestAborted);
        var response = context.Response;
        response.Headers.ContentType = Json;
        response.Headers.CacheControl = "no-store";
        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, context.RequestAborted);
    }

    private static async Task<IResult> PostAsync(HttpContext context, ApiParts parts, InlineSessions sessions)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        var (bytes, tooLarge) = await Bodies.ReadBytesAsync(context.Request, Limits.RequestBytesMax);
        if (tooLarge is not null) return tooLarge;
        var now = parts.Now;
        var asked = InlineEventsReader.Read(bytes, site, now, needsVisitor: false);
        if (asked.Problem is not null) return asked.Problem;
        if (!asked.HasAgreed) return RawJson.Of(SilentAnswer.Compose(site, now, Blockers.Objected, forBrowser: false));
        if (asked.Events.Count == 0) return RawJson.Of(await AnswerAsync(parts, asked.Visitor, false, asked.Language, now, context.RequestAborted));
        return RawJson.Of(await AnswerInlineAsync(parts, sessions, asked, now, context.RequestAborted));
    }

    /// <summary>Decided from the events alone, but for what stands between us and her already: an open invitation, an earlier no.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>> AnswerInlineAsync(
        ApiParts parts, InlineSessions sessions, AskedInvitation asked, Instant now, CancellationToken cancellation)
    {
        var known = asked.Visitor;
        var (inline, evidence, _) = sessions.Assess(asked.Events, known, now);
        try
        {
            var standing = await parts.FindStandingAsync(known, isPresent: true, withOffer: true, cancellation);
            if (inline is not null && standing.Assessment is { } kept)
                inline = inline with { Offer = kept.Offer, OffersMade = kept.OffersMade, OfferExpiresAt = kept.OfferExpiresAt };
            return ShouldEngageComposer.ComposeUtf8(new ShouldEngageQuestion
            {
                Assessment = inline,
                Site = known.Site,
                Now = now,
                Availability = standing.Availability,
                Offer = standing.Offer,
                Evidence = evidence,
                Language = asked.Language,
                Present = true,
            }, forBrowser: false, out _);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            parts.Metrics.AnsweredUnavailable();
            return SilentAnswer.Compose(known.Site, now, Blockers.Unavailable, forBrowser: false);
        }
    }

    private static bool TryCaller(
        HttpContext context, ApiParts parts, string? visitor, string? site, Instant now, out KnownVisitor known, out bool isBrowser, out IResult? problem)
    {
        problem = null;
        known = null!;
        isBrowser = false;
        var catalog = parts.Sites.Current;
        if (catalog.FindByKey(Credentials.BearerOf(context.Request)) is { } found)
        {
            if (found.Key.Role != KeyRole.Api) problem = Problems.Forbidden("This takes a key of role api, or a visitor's token.");
            else if (site is not null && site != found.Site.Id) problem = Problems.Forbidden("The key belongs to another site.");
            else if (string.IsNullOrEmpty(visitor) || Encoding.UTF8.GetByteCount(visitor) > Limits.VisitorIdBytesMax)
                problem = Problems.Invalid("visitor", $"1 to {Limits.VisitorIdBytesMax} bytes");
            else known = KnownVisitor.Of(found.Site, visitor, now);
            return problem is null;
        }
        isBrowser = true;
        if (!VisitorCredentials.TryToken(context, catalog, now, visitor, orQuery: false, out known, out problem)) return false;
        if (site is not null && site != known.Site.Id) problem = Problems.Forbidden("The token belongs to another site.");
        return problem is null;
    }

    /// <summary>Within its deadline, or <c>engage: false</c> with blocker <c>unavailable</c>: the store being away is no reason to keep anybody waiting.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(
        ApiParts parts, KnownVisitor known, bool isBrowser, string? language, Instant now, CancellationToken cancellation)
    {
        try
        {
            var standing = await parts.FindStandingAsync(known, isBrowser, withOffer: false, cancellation);
            var question = new ShouldEngageQuestion
            {
                Assessment = standing.Assessment,
                Site = known.Site,
                Now = now,
                Availability = standing.Availability,
                Offer = standing.Offer,
                Language = language,
                Present = standing.Present,
            };
            return parts.Answers.Render(question, isBrowser);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            parts.Metrics.AnsweredUnavailable();
            return SilentAnswer.Compose(known.Site, now, Blockers.Unavailable, isBrowser);
        }
    }
}
