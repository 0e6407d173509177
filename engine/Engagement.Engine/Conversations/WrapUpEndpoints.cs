using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Conversations;

/// <summary>What came of a conversation.</summary>
/// <param name="Outcome"><c>resolved</c>, <c>converted</c>, <c>not_helpful</c> or <c>should_not_have_been_invited</c>.</param>
/// <param name="Note">For colleagues, up to <see cref="Limits.WrapUpNoteCharactersMax"/> characters: kept with the conversation, in no log and no training record.</param>
public sealed record WrapUpBody(string? Agent, string? Outcome, string? Note);

/// <summary>An outcome as it stands.</summary>
public sealed record WrapUpAnswer(string Id, string Status, string Outcome);

/// <summary>To whom a conversation goes: an agent or a skill, one of the two.</summary>
/// <param name="Agent">Who says so.</param>
/// <param name="Holder">To hand over another's conversation: who has it. A supervisor's key alone; absent: her own.</param>
public sealed record TransferBody(string? Agent, string? ToAgent, string? ToSkill, string? Holder);

/// <summary>It waits for the other's claim.</summary>
public sealed record TransferAnswer(string Id, string Status);

/// <summary>How an agent ends a conversation, and how she hands it to another.</summary>
internal static class WrapUpEndpoints
{
    public static void MapWrapUps(this RouteGroupBuilder group)
    {
        group.MapPost("/conversations/{offer}/wrap-up", WrapUpAsync)
            .WithName("WrapUp").WithSummary("Say what came of a conversation; one that is open ends, and its slot is free")
            .WithDescription("An agent key and the agent's name. Once: the same outcome again is answered again, another with 409. What is said becomes a training record, the note does not.")
            .Accepts<WrapUpBody>("application/json").Produces<WrapUpAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        group.MapPost("/conversations/{offer}/transfer", TransferAsync)
            .WithName("Transfer").WithSummary("Hand a conversation to another agent, or to whoever has a skill")
            .WithDescription("The other's slot is held at once; she claims it as any card, and after 20 s all who fit may. 409 nobody_free: it stays where it is. With a supervisor's key and holder also another's, to herself too.")
            .Accepts<TransferBody>("application/json").Produces<TransferAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
    }

    private static async Task<IResult> WrapUpAsync(string offer, HttpContext context, ApiParts parts)
    {
        var cancellation = context.RequestAborted;
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.WrapUpBody);
        if (body.Problem is not null) return body.Problem;
        if (Credentials.RefuseAgent(key, body.Value!.Agent) is { } refusal) return refusal;
        if (!TryOutcome(body.Value.Outcome, out var outcome)) return Problems.Invalid("outcome", "resolved, converted, not_helpful or should_not_have_been_invited");
        string? note = null;
        if (!string.IsNullOrWhiteSpace(body.Value.Note) && !MessageText.TryClean(body.Value.Note, out note, out var fault, Limits.WrapUpNoteCharactersMax))
            return Problems.Invalid("note", fault);
        if (!OfferId.TryParse(offer, out var id)) return ConversationEndpoints.NoSuchConversation;

        var code = CodeNames.Of(outcome);
        var request = new WrapUpRequest(site.Id, id, body.Value.Agent!, code, note, parts.Now);
        var result = await parts.ActAsync(c => parts.Store.WrapUpAsync(request, c), cancellation);
        if (result.Outcome == WrapUpOutcome.NotFound) return ConversationEndpoints.NoSuchConversation;
        if (result.Outcome == WrapUpOutcome.AlreadyWrappedUp) return Problems.Conflict("already_wrapped_up", "Another outcome stands.");
        // Repeated, too: the first call may have failed between store and log. Records that come twice are known by their ids.
        await parts.Records.ChatEndedAsync(site.Id, result.Visitor, id, cancellation);
        await parts.Records.WrappedUpAsync(site, result.Visitor, id, request.Agent, outcome, cancellation);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), cancellation);
        return Results.Json(new WrapUpAnswer(offer, "ended", code), ApiJson.Default.WrapUpAnswer);
    }

    private static async Task<IResult> TransferAsync(string offer, HttpContext context, ApiParts parts, ILoggerFactory loggers)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.TransferBody);
        if (body.Problem is not null) return body.Problem;
        var (agent, toAgent, toSkill) = (body.Value!.Agent, body.Value.ToAgent, body.Value.ToSkill);
        if (Credentials.RefuseAgent(key, agent) is { } refusal) return refusal;
        var holder = body.Value.Holder ?? agent!;
        if (Credentials.RefuseOther(key, agent!, holder) is { } refused) return refused;
        if (toAgent is null == toSkill is null) return Problems.Invalid("toAgent", "this or toSkill, one of the two");
        if (toAgent is not null && (!AgentIds.IsValid(toAgent) || toAgent == holder)) return Problems.Invalid("toAgent", $"another agent: {AgentIds.Rule}");
        if (toSkill is not null && !AgentIds.IsSkill(toSkill)) return Problems.Invalid("toSkill", AgentIds.SkillsRule);
        if (!OfferId.TryParse(offer, out var id)) return ConversationEndpoints.NoSuchConversation;

        var request = new TransferRequest { Site = site.Id, Offer = id, Agent = holder, ToAgent = toAgent, ToSkill = toSkill, At = parts.Now };
        var outcome = await parts.ActAsync(c => parts.Store.TransferAsync(request, c), context.RequestAborted);
        if (outcome == TransferOutcome.Transferred && holder != agent) SupervisorLog.Acted(loggers, site.Id, agent!, $"handed {id} on from", holder);
        await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), context.RequestAborted);
        return outcome switch
        {
            TransferOutcome.Transferred => Results.Json(new TransferAnswer(offer, "accepted"), ApiJson.Default.TransferAnswer),
            TransferOutcome.NobodyFree => Problems.Conflict("nobody_free", "Nobody to hand it to has a slot free; the conversation stays."),
            _ => ConversationEndpoints.NoSuchConversation,
        };
    }

    private static bool TryOutcome(string? code, out WrapUpCode outcome)
    {
        foreach (var known in Enum.GetValues<WrapUpCode>())
        {
            outcome = known;
            if (CodeNames.Of(known) == code) return true;
        }
        outcome = default;
        return false;
    }
}
