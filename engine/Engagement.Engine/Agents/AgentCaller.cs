using Engagement.Core.Sites;
using Engagement.Engine.Api;

namespace Engagement.Engine.Agents;

/// <summary>Who acts where a body says no more than which agent it is, and of whose.</summary>
/// <param name="Holder">Whose conversation is meant: her own, or with a supervisor's key another's.</param>
/// <param name="Problem">What answers the request where there is nobody; then the others are not to be read.</param>
internal readonly record struct AgentCaller(SiteModel Site, string Agent, string Holder, IResult? Problem)
{
    /// <summary>The agent key's site, and the agent whom the body names and for whom the key may speak.</summary>
    public static async ValueTask<AgentCaller> ReadAsync(HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var key, out var problem)) return Refused(problem!);
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.AgentBody);
        if (body.Problem is not null) return Refused(body.Problem);
        if (Credentials.RefuseAgent(key, body.Value!.Agent) is { } refusal) return Refused(refusal);
        var holder = body.Value.Holder ?? body.Value.Agent!;
        return Credentials.RefuseOther(key, body.Value.Agent!, holder) is { } refused ? Refused(refused) : new(site, body.Value.Agent!, holder, null);
    }

    private static AgentCaller Refused(IResult problem) => new(null!, "", "", problem);
}
