using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;
using Engagement.Engine.Delivery;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Api;

/// <summary>What a visitor does: hear an invitation, answer it, ask why, be forgotten. Her token; nobody else's.</summary>
internal static class VisitorEndpoints
{
    public static void MapVisitors(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Visitors").AddEndpointFilter(OutagePolicy.AnswerAsync);
        group.MapGet("/visitors/{visitor}/invitations/stream", StreamAsync)
            .WithName("StreamInvitations").WithSummary("Server-sent events: the open invitation, and what becomes of it")
            .WithDescription("The visitor's token as bearer or ?token=. While it is open, it is a sign of presence.")
            .Produces(200, contentType: "text/event-stream").ProducesProblem(401).ProducesProblem(403);
        group.MapPost("/invitations/{id}/shown", ShownAsync)
            .WithName("InvitationShown").WithSummary("The invitation was visible for 2 s in the foreground tab")
            .Produces<AnswerTaken>().ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/invitations/{id}/answer", AnswerAsync)
            .WithName("AnswerInvitation").WithSummary("Accept, decline or ignore, and strike what no agent shall see")
            .Accepts<AnswerBody>("application/json").Produces<AnswerTaken>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
        group.MapGet("/visitors/{visitor}/explanation", ExplainAsync)
            .WithName("Explain").WithSummary("Why am I seeing this, or why not: the same words as the card, with what can be struck")
            .Produces(200, contentType: "application/json").ProducesProblem(401).ProducesProblem(403);
        group.MapDelete("/visitors/{visitor}", EraseAsync)
            .WithName("EraseVisitor").WithSummary("Forget a visitor at once, and say when the last byte of the log expires")
            .WithDescription("An api key, or the visitor's own token.")
            .Produces<ErasureAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        group.MapGet("/visitors/{visitor}/export", ExportAsync)
            .WithName("ExportVisitor").WithSummary("Everything that is held of a visitor, to answer her who asks for it")
            .WithDescription(
                "An api key. events and decisions as they lie in the log (masked, under the key of their day), rejects with what was sent where that is kept, assessments of a session under way, offers with "
                + $"their invitation and card. At most {ExportReader.RecordsMax} records of each, {ExportReader.RejectsMax} rejects; isWhole says whether that was enough.")
            .Produces(200, contentType: "application/json").ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        group.MapMethods("/visitors/{**rest}", ["OPTIONS"], VisitorCors.Preflight).ExcludeFromDescription();
        group.MapMethods("/invitations/{**rest}", ["OPTIONS"], VisitorCors.Preflight).ExcludeFromDescription();
        group.MapMethods("/should-engage", ["OPTIONS"], VisitorCors.Preflight).ExcludeFromDescription();
    }

    private static async Task<IResult> StreamAsync(string visitor, HttpContext context, ApiParts parts)
    {
        if (!VisitorCredentials.TryToken(context, parts.Sites.Current, parts.Now, visitor, orQuery: true, out var known, out var problem)) return problem!;
        var stream = new EventStreamWriter(parts.Options, parts.Time);
        var seen = new SeenMessages();
        await using var present = await PagePresence.OpenAsync(parts, known, context.RequestAborted);
        using var counted = parts.Metrics.StreamOpened("visitor");
        await using var subscriptions = new Subscriptions();
        foreach (var key in known.Keys)
            subscriptions.Add(await parts.ActAsync(c => parts.Store.SubscribeAsync(Channels.VisitorOf(known.Site.Id, key), m => Forward(m.Span), c), context.RequestAborted));
        var current = await parts.FindOfferAsync(known, context.RequestAborted);
        await EventStreamWriter.BeginAsync(context);
        if (current is { Status: OfferStatus.Open or OfferStatus.Seen } offer) Forward(Current(offer, parts.Now).Span);
        // A page that was loaded anew goes on with what she has asked for, and with the conversation she is in.
        else if (current is { Status: OfferStatus.Accepted } accepted) Forward(Asked(accepted, parts.Now).Span);
        else if (current is { Status: OfferStatus.Claimed } taken) Forward(DeliveryMessages.InvitationClaimed(taken.Offer));
        await stream.RunAsync(context, parts.Stopping);
        return Results.Empty;

        void Forward(ReadOnlySpan<byte> message)
        {
            var head = MessageHead.Read(message);
            if (seen.Add(head)) stream.TrySend(head.Id, head.Kind, message);
        }
    }

    /// <summary>As stored, counted down to now.</summary>
    private static ReadOnlyMemory<byte> Current(StoredOffer offer, Instant now) =>
        InvitationMessage.FromJson(offer.Invitation.Span) is { } invitation ? invitation.AsOf(now).ToJson() : offer.Invitation;

    /// <summary>An invitation that was accepted is one no more.</summary>
    private static ReadOnlyMemory<byte> Asked(StoredOffer offer, Instant now) => InvitationMessage
        .ForAsked(offer.Offer, offer.ExpiresAt, InvitationMessage.FromJson(offer.Invitation.Span)?.Language).AsOf(now).ToJson();

    private static Task<IResult> ShownAsync(string id, HttpContext context, ApiParts parts) =>
        TakeAsync(id, context, parts, InvitationAnswer.Shown, null);

    private static async Task<IResult> AnswerAsync(string id, HttpContext context, ApiParts parts)
    {
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.AnswerBody);
        if (body.Problem is not null) return body.Problem;
        return body.Value!.Answer switch
        {
            "accepted" => await TakeAsync(id, context, parts, InvitationAnswer.Accepted, body.Value),
            "declined" => await TakeAsync(id, context, parts, InvitationAnswer.Declined, null),
            "ignored" => await TakeAsync(id, context, parts, InvitationAnswer.Ignored, null),
            _ => Problems.Invalid("answer", "accepted, declined or ignored"),
        };
    }

    /// <summary>The store decides, the log remembers, then she hears of it. All of it may be repeated.</summary>
    private static async Task<IResult> TakeAsync(string id, HttpContext context, ApiParts parts, InvitationAnswer answer, AnswerBody? body)
    {
        var cancellation = context.RequestAborted;
        if (!VisitorCredentials.TryToken(context, parts.Sites.Current, parts.Now, null, orQuery: false, out var known, out var problem)) return problem!;
        if (!OfferId.TryParse(id, out var offerId)) return NoSuchInvitation;
        var stored = await parts.ActAsync(c => parts.Store.GetOfferAsync(known.Site.Id, offerId, c), cancellation);
        if (stored is null || !known.Is(stored.Visitor)) return NoSuchInvitation;

        var request = new AnswerRequest
        {
            Site = known.Site.Id,
            Visitor = stored.Visitor,
            Offer = offerId,
            Answer = answer,
            FullCard = body is null ? default : OfferComposer.Struck(stored, known.Site, body.Strike ?? [], body.Approve, parts.Now),
            LogTime = null,
        };
        var outcome = await parts.ActAsync(c => parts.Store.AnswerAsync(request, c), cancellation);
        if (outcome != AnswerOutcome.Done) return Refuse(outcome);
        await parts.Records.AnsweredAsync(known.Site.Id, stored.Visitor, offerId, answer, cancellation);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(known.Site.Id, c), cancellation);
        return Results.Json(new AnswerTaken(id, answer.ToString().ToLowerInvariant()), ApiJson.Default.AnswerTaken);
    }

    private static IResult NoSuchInvitation => Problems.NotFound("No such invitation for this visitor.");

    private static IResult Refuse(AnswerOutcome outcome) => outcome switch
    {
        AnswerOutcome.Lapsed => Problems.Conflict("lapsed", "The invitation is no longer open: its time is over or it was withdrawn."),
        AnswerOutcome.AlreadyAnswered => Problems.Conflict("already_answered", "Another answer stands."),
        _ => NoSuchInvitation,
    };

    /// <summary>In the language that is asked for, as the invitation's; else the browser's first.</summary>
    private static async Task<IResult> ExplainAsync(string visitor, string? language, HttpContext context, ApiParts parts)
    {
        if (!VisitorCredentials.TryToken(context, parts.Sites.Current, parts.Now, visitor, orQuery: false, out var known, out var problem)) return problem!;
        var offer = await parts.FindOfferAsync(known, context.RequestAborted);
        var assessment = await parts.FindAssessmentAsync(known, context.RequestAborted);
        return RawJson.Of(ExplanationComposer.Compose(known, offer, assessment, parts.Now, language ?? LanguageOf(context)));
    }

    private static async Task<IResult> EraseAsync(string visitor, HttpContext context, ApiParts parts)
    {
        var cancellation = context.RequestAborted;
        if (!TryEraser(visitor, context, parts, out var site, out var problem)) return problem!;
        var now = parts.Now;
        var keys = ErasurePolicy.KeysOf(site, visitor, now);
        var (assessments, offers) = (0, 0);
        foreach (var key in keys)
        {
            var erased = await parts.ActAsync(c => parts.Store.EraseAsync(site.Id, key, c), cancellation);
            (assessments, offers) = (assessments + erased.Assessments, offers + erased.Offers);
        }
        await ErasurePolicy.RecordAsync(parts.Records, site, keys, now, cancellation);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), cancellation);
        return Results.Json(
            new ErasureAnswer(site.Id, now.ToString(), (now + SweepService.RetentionOf(parts.Sites.Current)).ToString(), assessments, offers),
            ApiJson.Default.ErasureAnswer);
    }

    private static async Task<IResult> ExportAsync(string visitor, HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out var site, out var problem)) return problem!;
        if (!TryId(visitor, out problem)) return problem!;
        var export = await ExportReader.ReadAsync(parts, site, visitor, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return RawJson.Object(writer =>
        {
            writer.WriteString("site"u8, site.Id);
            writer.WriteString("asOf"u8, parts.Now.ToString());
            writer.WriteBoolean("isWhole"u8, Math.Max(export.Events.Count, export.Decisions.Count) < ExportReader.RecordsMax && export.Rejects.Count < ExportReader.RejectsMax);
            foreach (var (name, records) in new[] { ("events", export.Events), ("decisions", export.Decisions), ("rejects", export.Rejects) })
            {
                writer.WriteStartArray(name);
                foreach (var record in records) writer.WriteRawValue(record);
                writer.WriteEndArray();
            }
            writer.WriteStartArray("assessments"u8);
            foreach (var assessment in export.Assessments)
            {
                writer.WriteStartObject();
                writer.WriteString("session"u8, assessment.Session.ToString());
                writer.WriteNumber("step"u8, assessment.Step);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteStartArray("offers"u8);
            foreach (var offer in export.Offers)
            {
                writer.WriteStartObject();
                writer.WriteString("id"u8, offer.Offer.ToString());
                writer.WriteString("status"u8, CodeNames.Of(offer.Status));
                writer.WriteString("agent"u8, offer.Agent);
                RawJson.WriteRaw(writer, "invitation"u8, offer.Invitation);
                RawJson.WriteRaw(writer, "card"u8, offer.Card);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
        });
    }

    private static bool TryId(string visitor, out IResult? problem)
    {
        problem = System.Text.Encoding.UTF8.GetByteCount(visitor) > Limits.VisitorIdBytesMax ? Problems.Invalid("visitor", $"{Limits.VisitorIdBytesMax} bytes at most") : null;
        return problem is null;
    }

    private static bool TryEraser(string visitor, HttpContext context, ApiParts parts, out SiteModel site, out IResult? problem)
    {
        site = null!;
        if (!TryId(visitor, out problem)) return false;
        if (parts.Sites.Current.FindByKey(Credentials.BearerOf(context.Request)) is not null)
            return Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Api, out site, out problem);
        if (!VisitorCredentials.TryToken(context, parts.Sites.Current, parts.Now, visitor, orQuery: false, out var known, out problem)) return false;
        site = known.Site;
        return true;
    }

    /// <summary>The first language that the browser names.</summary>
    private static string? LanguageOf(HttpContext context)
    {
        var header = context.Request.Headers.AcceptLanguage.ToString();
        var end = header.AsSpan().IndexOfAny(',', ';');
        return header.Length == 0 ? null : end < 0 ? header : header[..end];
    }

    private sealed class Subscriptions : IAsyncDisposable
    {
        private readonly List<IAsyncDisposable> _all = [];

        public void Add(IAsyncDisposable subscription) => _all.Add(subscription);

        public async ValueTask DisposeAsync()
        {
            foreach (var subscription in _all) await subscription.DisposeAsync();
        }
    }
}
