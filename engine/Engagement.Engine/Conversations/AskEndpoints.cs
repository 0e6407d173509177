using System.Collections.Immutable;
using System.Globalization;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Conversations;

/// <summary>What a visitor says when she asks for a person.</summary>
/// <param name="Text">Her question, up to <see cref="Limits.MessageCharactersMax"/> characters; may be left out.</param>
/// <param name="Strike">Ids of items of an open invitation's card that no agent shall see.</param>
/// <param name="Approve">Ids of items that she approves, where the browser sends GPC.</param>
/// <param name="Language">Language tag of the page; else the browser's.</param>
public sealed record AskBody(string? Text, string[]? Strike, string[]? Approve, string? Language);

/// <summary>What came of it: <c>asked</c>, <c>in_conversation</c> (she was in one already) or <c>nobody</c>.</summary>
/// <param name="Id">The offer's id: the conversation's, too.</param>
/// <param name="Status">As of an offer: <c>accepted</c> while it waits for an agent.</param>
/// <param name="ExpiresInMs">How long she waits at most before she is told plainly.</param>
/// <param name="Articles">With <c>nobody</c>: what may help meanwhile.</param>
/// <param name="LeaveQuestion">With <c>nobody</c>: where a question can be left.</param>
public sealed record AskAnswer(
    string Outcome, string? Id, string? Status, long? ExpiresInMs, ImmutableArray<SuggestedArticle>? Articles, string? LeaveQuestion);

/// <summary>
/// The visitor asks for a person herself, at any time: no invitation is needed, no threshold and no cap stands between, only whether somebody is really
/// free. From there on it is an accepted offer like any other.
/// </summary>
internal static class AskEndpoints
{
    public static void MapAsk(this RouteGroupBuilder group) =>
        group.MapPost("/visitors/{visitor}/ask", PostAsync)
            .WithName("AskForPerson").WithSummary("The visitor asks for a person: a card to the agents, or articles and leave-a-question where nobody is free")
            .WithDescription("The visitor's token, and an Idempotency-Key: the same key is the same ask. 201 where an agent's slot is held now, 200 otherwise.")
            .Accepts<AskBody>("application/json").Produces<AskAnswer>(201).Produces<AskAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(413).ProducesProblem(503);

    private static async Task<IResult> PostAsync(string visitor, HttpContext context, ApiParts parts)
    {
        var cancellation = context.RequestAborted;
        if (!VisitorCredentials.TryToken(context, parts.Sites.Current, parts.Now, visitor, orQuery: false, out var known, out var problem)) return problem!;
        if (!IdempotencyKeys.TryRead(context.Request, out var key, out problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.AskBody);
        if (body.Problem is not null) return body.Problem;
        var text = "";
        if (!string.IsNullOrWhiteSpace(body.Value!.Text) && !MessageText.TryClean(body.Value.Text, out text, out var fault)) return Problems.Invalid("text", fault);

        var language = body.Value.Language ?? context.Request.Headers.AcceptLanguage.ToString().Split(',', ';')[0].Trim();
        var (site, question) = (known.Site, Masked.Text(text));
        var assessment = await parts.FindAssessmentAsync(known, cancellation);
        var open = await parts.FindOfferAsync(known, cancellation);
        // Under the key that her session is known by, so that what she is in already is found; a new visitor's is today's.
        var her = open?.Visitor ?? assessment?.Visitor ?? known.Key;
        if (site.Mode == SiteMode.Off) return Nobody(site, visitor, question, language, assessment);

        var offer = IdOf(site, her, key);
        var card = CardOf(open, body.Value, site, parts.Now) is { } shown
            ? shown with { Question = question.Length == 0 ? null : question }
            : CardComposer.ComposeAsked(question, language, assessment, site);
        var expiresAt = parts.Now + Limits.ClaimGiveUpAfter;
        var request = new AskRequest
        {
            Site = site.Id, Visitor = her, Offer = offer, FullCard = CardMessage.ForFull(site.Id, offer, "", expiresAt, card).ToJson(),
            Invitation = InvitationMessage.ForAsked(offer, expiresAt, card.Language).ToJson(), Language = RoutingSkill.LanguageOf(language),
            Skill = RoutingSkill.Of(question, CopyLanguages.Choose(language, site)),
        };
        var asked = await parts.ActAsync(c => parts.Store.AskAsync(request, c), cancellation);
        if (asked.Outcome == AskOutcome.NobodyFree)
        {
            if (asked.Withdrawn is { } gaveWay) await parts.Records.EndedAsync([gaveWay], cancellation);
            return Nobody(site, visitor, question, language, assessment);
        }
        if (asked.Outcome == AskOutcome.Asked) await parts.Records.AskedAsync(site.Id, her, offer, asked.Withdrawn, cancellation);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), cancellation);
        return await StandsAsync(parts, site, asked, cancellation);
    }

    private static async Task<IResult> StandsAsync(ApiParts parts, SiteModel site, AskResult asked, CancellationToken cancellation)
    {
        var stored = await parts.ActAsync(c => parts.Store.GetOfferAsync(site.Id, asked.Offer, c), cancellation);
        var status = stored?.Status ?? OfferStatus.Ended;
        var left = status == OfferStatus.Accepted ? Math.Max(0, stored!.ExpiresAt.UnixMs - parts.Now.UnixMs) : (long?)null;
        var isNew = asked.Outcome == AskOutcome.Asked;
        return Results.Json(
            new AskAnswer(isNew ? "asked" : "in_conversation", asked.Offer.ToString(), CodeNames.Of(status), left, null, null),
            ApiJson.Default.AskAnswer, statusCode: isNew ? 201 : 200);
    }

    private static IResult Nobody(SiteModel site, string visitor, string question, string? language, Assessment? assessment)
    {
        var articles = CardComposer.ComposeAsked(question, language, null, site).Articles;
        if (articles.IsEmpty) articles = ArticleSuggestions.Named(site, assessment?.Articles ?? []);
        return Results.Json(
            new AskAnswer("nobody", null, null, null, articles, $"/v1/visitors/{Uri.EscapeDataString(visitor)}/questions"), ApiJson.Default.AskAnswer);
    }

    /// <summary>The card of an invitation that stands open, as she lets it go; null where none does.</summary>
    private static ContextCard? CardOf(StoredOffer? open, AskBody body, SiteModel site, Instant now) =>
        open is { Status: OfferStatus.Open or OfferStatus.Seen } && !open.Card.IsEmpty
            ? CardMessage.FromJson(OfferComposer.Struck(open, site, body.Strike ?? [], body.Approve, now).Span)?.Card
            : null;

    /// <summary>Of the ask itself and of no session: the same key is the same offer, and an ask is in no session's count of offers.</summary>
    private static OfferId IdOf(SiteModel site, VisitorKey visitor, string key)
    {
        var hash = Identifiers.Hash64(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"asked:{key}")));
        return new OfferId(SessionId.From(System.Text.Encoding.UTF8.GetBytes(site.Id), visitor, new EventKey(hash), Instant.FromUnixMs(0)), 1);
    }
}
