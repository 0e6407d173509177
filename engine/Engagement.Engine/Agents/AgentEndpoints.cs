using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Engagement.Engine.Agents.SignIn;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Agents;

/// <summary>What agents do: read cards, claim one, end the conversation. Agent token; its site is theirs.</summary>
internal static class AgentEndpoints
{
    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Agents").AddEndpointFilter(OutagePolicy.AnswerAsync).AddEndpointFilter(SignInFilter.ReadAsync);
        group.MapSignIn();
        group.MapPresence();
        group.MapGet("/agents/cards", GetCardsAsync)
            .WithName("GetCards").WithSummary("Open cards of the site, oldest first")
            .Produces(200, contentType: "application/json").ProducesProblem(401).ProducesProblem(403);
        group.MapGet("/agents/cards/stream", StreamCardsAsync)
            .WithName("StreamCards").WithSummary("Server-sent events: every open card, then what becomes of them")
            .Produces(200, contentType: "text/event-stream").ProducesProblem(401).ProducesProblem(403);
        group.MapPost("/cards/{id}/claim", ClaimAsync)
            .WithName("ClaimCard").WithSummary("Take an accepted card: exactly one agent wins")
            .Accepts<AgentBody>("application/json").Produces(200, contentType: "application/json")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        group.MapPost("/cards/{id}/end", EndAsync)
            .WithName("EndConversation").WithSummary("End a conversation and free the slot")
            .WithDescription("Her own; with a supervisor's key and holder also another's.")
            .Accepts<AgentBody>("application/json").Produces<EndAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> GetCardsAsync(HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var problem)) return problem!;
        var cards = await parts.ActAsync(c => parts.Store.GetCardsAsync(site.Id, c), context.RequestAborted);
        return RawJson.Array("cards"u8, cards);
    }

    private static async Task<IResult> StreamCardsAsync(HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var problem)) return problem!;
        var stream = new EventStreamWriter(parts.Options, parts.Time);
        var seen = new SeenMessages();
        using var counted = parts.Metrics.StreamOpened("agent");

        // Subscribe first, then read what is open: nothing falls between, and what comes twice is dropped.
        await using var subscription = await parts.ActAsync(
            c => parts.Store.SubscribeAsync(Channels.CardsOf(site.Id), m => Forward(m.Span), c), context.RequestAborted);
        var open = await parts.ActAsync(c => parts.Store.GetCardsAsync(site.Id, c), context.RequestAborted);
        await EventStreamWriter.BeginAsync(context);
        foreach (var card in open)
        {
            var head = MessageHead.Read(card.Span);
            if (seen.Add(head)) await EventStreamWriter.SendNowAsync(context, head.Id, head.Kind, card);
        }
        using var ending = SignInFilter.EndOf(context) is { } end ? EndingAt(end, parts) : null;
        await stream.RunAsync(context, ending?.Token ?? parts.Stopping);
        return Results.Empty;

        void Forward(ReadOnlySpan<byte> message)
        {
            var head = MessageHead.Read(message);
            if (seen.Add(head)) stream.TrySend(head.Id, head.Kind, message);
        }
    }

    /// <summary>Ends with the credential too: whoever has a newer one comes back with it.</summary>
    private static CancellationTokenSource EndingAt(DateTimeOffset end, ApiParts parts)
    {
        var ending = CancellationTokenSource.CreateLinkedTokenSource(parts.Stopping);
        var left = end - parts.Time.GetUtcNow();
        ending.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        return ending;
    }

    private static async Task<IResult> ClaimAsync(string id, HttpContext context, ApiParts parts)
    {
        var (site, agent, _, problem) = await AgentCaller.ReadAsync(context, parts);
        if (problem is not null) return problem;
        if (!OfferId.TryParse(id, out var offer)) return Problems.NotFound("No such card.");

        var claim = await parts.ActAsync(c => parts.Store.ClaimAsync(site.Id, offer, agent, c), context.RequestAborted);
        if (claim.Outcome == ClaimOutcome.Claimed)
        {
            await parts.Records.ClaimedAsync(site.Id, claim.Visitor, offer, agent, context.RequestAborted);
            return RawJson.Claim(id, agent, claim.Card);
        }
        return claim.Outcome switch
        {
            ClaimOutcome.NotFound => Problems.NotFound("No such card; it may have been withdrawn."),
            ClaimOutcome.NotAccepted => Problems.Conflict("not_accepted", "The visitor has not accepted the invitation."),
            ClaimOutcome.Taken => Problems.Conflict("taken", "Another agent has this card.", ("holder", claim.Holder)),
            ClaimOutcome.ReservedForAnother => Problems.Conflict("reserved",
                "The card is reserved for the agent whose slot it holds; others may take it later.",
                ("holder", claim.Holder), ("reservedForSeconds", Limits.ClaimNextAfter.TotalSeconds)),
            ClaimOutcome.DoesNotFit => Problems.Conflict("does_not_fit", "The card asks for a language or skill that this agent did not declare."),
            _ => Problems.Conflict("given_up", "Nobody took the card in time; the visitor has been told."),
        };
    }

    private static async Task<IResult> EndAsync(string id, HttpContext context, ApiParts parts, ILoggerFactory loggers)
    {
        var (site, agent, holder, problem) = await AgentCaller.ReadAsync(context, parts);
        if (problem is not null) return problem;
        if (!OfferId.TryParse(id, out var offer)) return Problems.NotFound("No such card.");

        var stored = await parts.ActAsync(c => parts.Store.GetOfferAsync(site.Id, offer, c), context.RequestAborted);
        var ended = await parts.ActAsync(
            c => parts.Store.EndConversationAsync(site.Id, offer, holder, c), context.RequestAborted);
        if (!ended) return Problems.NotFound("This agent holds no such conversation.");
        if (holder != agent) SupervisorLog.Acted(loggers, site.Id, agent, $"ended {offer} of", holder);
        if (stored is not null) await parts.Records.ChatEndedAsync(site.Id, stored.Visitor, offer, context.RequestAborted);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), context.RequestAborted);
        return Results.Json(new EndAnswer(id, CodeNames.Of(OfferStatus.Ended)), ApiJson.Default.EndAnswer);
    }
}
