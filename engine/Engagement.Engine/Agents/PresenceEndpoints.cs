using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Agents;

/// <summary>Who is there: an agent says so of herself, a supervisor may pause her, and the team is listed.</summary>
internal static class PresenceEndpoints
{
    public static void MapPresence(this RouteGroupBuilder group)
    {
        group.MapPut("/agents/{agent}/presence", SetPresenceAsync)
            .WithName("SetPresence").WithSummary("Say that an agent is there, and for how many conversations at once")
            .WithDescription("Renew it by heartbeat: it lapses by itself. Going away withdraws the agent's open invitations.")
            .Accepts<PresenceBody>("application/json").Produces<PresenceAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403);
        group.MapPut("/agents/{agent}/pause", SetPauseAsync)
            .WithName("SetPause").WithSummary("Let nothing new come to an agent who is there, or let it come again")
            .WithDescription("Herself, or with a supervisor's key anybody. What she has stays with her; her open invitations are withdrawn. Heartbeats leave a pause as it is; it ends with her presence.")
            .Accepts<PauseBody>("application/json").Produces<PauseAnswer>().ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        group.MapGet("/agents", ListAsync)
            .WithName("ListAgents").WithSummary("Agents who are there, or hold something still, by name")
            .WithDescription("What takes their slots, and since when, only with a supervisor's key. What is said in a conversation nobody reads but the two.")
            .Produces<AgentList>().ProducesProblem(401).ProducesProblem(403);
    }

    private static async Task<IResult> SetPresenceAsync(string agent, HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.PresenceBody);
        if (body.Problem is not null) return body.Problem;
        if (Credentials.RefuseAgent(key, agent) is { } refusal) return refusal;
        if (body.Value!.Status is not ("available" or "away")) return Problems.Invalid("status", "available or away");
        var capacity = body.Value.Capacity ?? 1;
        if (capacity is < 0 or > Limits.AgentCapacityMax) return Problems.Invalid("capacity", $"0 to {Limits.AgentCapacityMax}");

        if (!AgentIds.TrySkills(body.Value.Skills, out var skills)) return Problems.Invalid("skills", AgentIds.SkillsRule);
        if (!AgentIds.TryLanguages(body.Value.Languages, out var languages)) return Problems.Invalid("languages", AgentIds.LanguagesRule);

        var status = body.Value.Status == "available" ? PresenceStatus.Available : PresenceStatus.Away;
        var taken = await parts.ActAsync(
            c => parts.Store.SetPresenceAsync(new PresenceRequest(site.Id, agent, status, capacity) { Skills = skills!, Languages = languages! }, c),
            context.RequestAborted);
        await parts.Records.EndedAsync(taken.Endings, context.RequestAborted);
        var now = await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), context.RequestAborted);
        return Results.Json(
            new PresenceAnswer(
                agent, body.Value.Status, capacity, Limits.AgentPresenceTtl.TotalSeconds, now.Available, now.FreeSlots, CodeNames.Of(key.Role), taken.PausedBy),
            ApiJson.Default.PresenceAnswer);
    }

    private static async Task<IResult> SetPauseAsync(string agent, HttpContext context, ApiParts parts, ILoggerFactory loggers)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.PauseBody);
        if (body.Problem is not null) return body.Problem;
        if (!AgentIds.IsValid(agent)) return Problems.Invalid("agent", AgentIds.Rule);
        if (!AgentIds.IsValid(body.Value!.By)) return Problems.Invalid("by", AgentIds.Rule);
        var by = body.Value.By!;
        if ((Credentials.RefuseAgent(key, by) ?? Credentials.RefuseOther(key, by, agent)) is { } refusal) return refusal;
        if (body.Value.Paused is not { } paused) return Problems.Invalid("paused", "true or false");

        var result = await parts.ActAsync(c => parts.Store.SetPauseAsync(new PauseRequest(site.Id, agent, paused ? by : null), c), context.RequestAborted);
        if (!result.IsPresent) return Problems.NotFound("No such agent is there.");
        await parts.Records.EndedAsync(result.Endings, context.RequestAborted);
        if (by != agent) SupervisorLog.Acted(loggers, site.Id, by, paused ? "paused" : "resumed", agent);
        var now = await parts.ActAsync(c => parts.Availability.RefreshAsync(site.Id, c), context.RequestAborted);
        return Results.Json(new PauseAnswer(agent, paused, now.Available, now.FreeSlots), ApiJson.Default.PauseAnswer);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return problem!;
        var agents = await parts.ActAsync(c => parts.Store.GetAgentsAsync(site.Id, c), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new AgentList([.. agents.Select(a => ItemOf(a, withSeats: key.Role == KeyRole.Supervisor))]), ApiJson.Default.AgentList);
    }

    private static AgentItem ItemOf(StoredAgent agent, bool withSeats) => new(
        agent.Agent, CodeNames.Of(agent.Status), agent.PausedBy, agent.Capacity, agent.FreeSlots, agent.SeenAt.ToString(), agent.Skills, agent.Languages,
        withSeats ? [.. agent.Seats.Select(s => new SeatItem(s.Offer.ToString(), CodeNames.Of(s.Status), s.Since.ToString(), s.Language, s.Skill))] : null);
}
