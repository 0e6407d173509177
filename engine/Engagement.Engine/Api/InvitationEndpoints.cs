using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>
/// <c>POST /v1/invitations</c>: the site's own server asks for an offer. The ask is a record of the log, behind the events sent along, so that the
/// partition's worker makes the offer by the very steps of every other: decide → reserve → record → deliver. This endpoint only waits for it.
/// </summary>
internal static class InvitationEndpoints
{
    private const string ProblemJson = "application/problem+json";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan TokenLifetime = Limits.SessionDurationMax;

    public static void MapInvitations(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/invitations", PostAsync)
            .WithName("MakeInvitation").WithTags("Engagement").WithSummary("Make an offer now, if nothing stands against it")
            .WithDescription("Needs an Idempotency-Key: the same key gets the same answer. 201 with invitation and visitor token, 200 where one was open, 409 with blockers. "
                + "After a restart of the server a key is forgotten, its offer is not: repeated, it gets the open invitation with 200.")
            .Accepts<InvitationBody>("application/json").Produces(201, contentType: "application/json").Produces(200, contentType: "application/json")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(413).ProducesProblem(503);

    private static async Task<IResult> PostAsync(HttpContext context, ApiParts parts, IdempotencyState kept)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        if (!IdempotencyKeys.TryRead(context.Request, out var key, out problem)) return problem!;
        var (bytes, tooLarge) = await Bodies.ReadBytesAsync(context.Request, Limits.RequestBytesMax);
        if (tooLarge is not null) return tooLarge;
        var asked = InlineEventsReader.Read(bytes, site, parts.Now, needsVisitor: true);
        if (asked.Problem is not null) return asked.Problem;
        if (!asked.HasAgreed) return Problems.Forbidden("An event says that the visitor has not agreed (privacy.consent), or objects: nothing was kept.");

        var answer = await kept.RunAsync(site.Id, key, Identifiers.Hash64(bytes.Span), () => AskAsync(parts, asked, key));
        if (answer?.Status == 503) OutagePolicy.SayWhen(context);
        return answer is null
            ? Problems.Make(422, "idempotency_key_reused", "This Idempotency-Key was used for another body", "Use a new key for a new question.")
            : RawJson.Of(answer.Json, answer.Status, answer.ContentType);
    }

    /// <summary>Not tied to one caller's connection: others may wait for the same answer.</summary>
    private static async Task<KeptAnswer> AskAsync(ApiParts parts, AskedInvitation asked, string key)
    {
        using var deadline = new CancellationTokenSource(parts.Options.InvitationWait, parts.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, parts.Stopping);
        var known = asked.Visitor;
        try
        {
            if (await parts.FindOfferAsync(known, ending.Token) is { Status: OfferStatus.Open or OfferStatus.Seen } open)
                return Made(parts, known, open, 200);
            var before = await parts.FindAssessmentAsync(known, ending.Token);
            if (before is null && asked.Records.Count == 0) return Refused(parts, known.Site, Blockers.NotEnoughEvidence, asked.Language);
            var askedAt = parts.Now;
            await parts.Records.AppendAsync(
                [.. asked.Records, new LogAppend(RecordKeys.Of(known.Site.Id, known.Key), EngineEventWriter.Asked(known.Site.Id, known.Key, key, askedAt))],
                ending.Token);
            return await WaitAsync(parts, asked, before, askedAt, ending.Token);
        }
        catch (Exception e) when (e is OperationCanceledException || OutagePolicy.IsOutage(e))
        {
            return new KeptAnswer(503, ProblemJson,
                Problems.ToJson(Problems.Unavailable("The engine did not decide in time. Ask again with the same Idempotency-Key.")), IsFinal: false);
        }
    }

    private static async Task<KeptAnswer> WaitAsync(
        ApiParts parts, AskedInvitation asked, Assessment? before, Instant askedAt, CancellationToken cancellation)
    {
        var known = asked.Visitor;
        while (true)
        {
            if (await parts.FindOfferAsync(known, cancellation) is { Status: OfferStatus.Open or OfferStatus.Seen } made)
                return Made(parts, known, made, 201);
            var now = await parts.FindAssessmentAsync(known, cancellation);
            var isDecided = now is not null && now.AsOf >= askedAt && (before is null || now.Session != before.Session || now.Step > before.Step);
            if (isDecided && now!.Offer is not (OfferStatus.Open or OfferStatus.Seen or OfferStatus.Pending))
                return Refused(parts, known.Site, now.Blockers, asked.Language);
            await Task.Delay(PollInterval, parts.Time, cancellation);
        }
    }

    private static KeptAnswer Made(ApiParts parts, KnownVisitor known, StoredOffer offer, int status)
    {
        var expiresAt = parts.Now + TokenLifetime;
        var token = VisitorIdentity.MintToken(known.Site, known.Id, expiresAt);
        var json = RawJson.Write(writer =>
        {
            RawJson.WriteRaw(writer, "invitation"u8, offer.Invitation);
            writer.WriteString("visitor"u8, known.Id);
            writer.WriteString("visitorToken"u8, token);
            writer.WriteString("tokenExpiresAt"u8, expiresAt.ToString());
        });
        return new KeptAnswer(status, RawJson.ContentType, json, IsFinal: true);
    }

    private static KeptAnswer Refused(ApiParts parts, SiteModel site, Blockers blockers, string? language)
    {
        var words = Core.Cards.BlockerTexts.For(blockers, Core.Cards.CopyLanguages.Choose(language, site));
        var problem = Problems.Conflict("not_offered", "No offer was made: see blockers.",
            ("blockers", words.Select(w => new Dictionary<string, string> { ["code"] = w.Code, ["text"] = w.Text }).ToArray()));
        return new KeptAnswer(409, ProblemJson, Problems.ToJson(problem), IsFinal: true);
    }
}

/// <summary>Body of <c>POST /v1/invitations</c> and <c>POST /v1/should-engage</c>.</summary>
/// <param name="Site">Must be the key's, when given.</param>
/// <param name="Visitor">Id as the site knows the visitor.</param>
/// <param name="Events">Of the session so far, in the collector's canonical form; each in the order in which it happened.</param>
/// <param name="Language">Of the words in the answer.</param>
public sealed record InvitationBody(string? Site, string? Visitor, JsonElement[]? Events, string? Language);
