using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <content>Agents: how each stands, and what she holds.</content>
internal sealed partial class DeliverySteps
{
    public PresenceResult SetPresence(PresenceRequest request)
    {
        var site = _state.SiteOf(request.Site);
        var agent = site.Agent(request.Agent, WallNow);
        var before = StandingOf(agent);
        agent.Report(request, WallNow);
        _presence.Write(request, agent.PausedBy, WallNow);
        _state.Touch(site);
        if (StandingOf(agent) != before) TellOfAgent(request.Site, agent);
        return new PresenceResult(request.Status == PresenceStatus.Away ? WithdrawOf(agent) : [], agent.PausedBy);
    }

    public PauseResult SetPause(PauseRequest request)
    {
        var site = _state.SiteOf(request.Site);
        if (!site.Agents.TryGetValue(request.Agent, out var agent) || !agent.IsPresent(WallNow)) return new PauseResult(false, []);
        if (agent.PausedBy == request.By) return new PauseResult(true, []);
        agent.PausedBy = request.By;
        _presence.Pause(request);
        _state.Touch(site);
        TellOfAgent(request.Site, agent);
        return new PauseResult(true, request.By is null ? [] : WithdrawOf(agent));
    }

    public IReadOnlyList<StoredAgent> Agents(string name)
    {
        var wallNow = WallNow;
        var site = _state.SiteOf(name);
        var now = site.Now(wallNow, null);
        return [.. site.Agents.Values.Where(a => a.IsPresent(wallNow) || a.SlotsTaken(now) > 0).OrderBy(a => a.Name, StringComparer.Ordinal).Select(StoredOf)];

        StoredAgent StoredOf(AgentState agent) => new()
        {
            Agent = agent.Name, Status = agent.IsPresent(wallNow) ? agent.Status : PresenceStatus.Away, PausedBy = agent.IsPresent(wallNow) ? agent.PausedBy : null,
            Capacity = agent.Capacity, FreeSlots = agent.FreeSlots(wallNow, now), SeenAt = agent.SeenAt, Skills = agent.Skills, Languages = agent.Languages,
            Seats = agent.SlotsTaken(now) == 0 ? [] : [.. agent.Held.Select(_state.Find).OfType<OfferRow>().Select(SeatOf).OrderBy(s => s.Since).ThenBy(s => s.Offer.ToString(), StringComparer.Ordinal)],
        };
    }

    /// <summary>Who was not heard of since then and holds nothing.</summary>
    private void ForgetAgents(Instant since)
    {
        _presence.Forget(since);
        foreach (var site in _state.Sites)
        {
            var now = site.Now(WallNow, null);
            foreach (var gone in site.Agents.Values.Where(a => a.SeenAt <= since && a.SlotsTaken(now) == 0).ToArray()) site.Agents.Remove(gone.Name);
        }
    }

    private static StoredSeat SeatOf(OfferRow row) => new(row.Id, row.Status, SeatTimes.SinceOf(row.Status, row.ReservedAt, row.HeldUntil), row.Language, row.Skill);

    private static (PresenceStatus, int, string?) StandingOf(AgentState agent) => (agent.Status, agent.Capacity, agent.PausedBy);

    private List<OfferEnding> WithdrawOf(AgentState agent)
    {
        var open = agent.Held.Select(_state.Find).OfType<OfferRow>().Where(r => r.IsUnanswered).ToArray();
        return [.. open.Select(r => Withdraw(r, DeliveryMessages.AgentLeft)).OfType<OfferEnding>()];
    }

    private void TellOfAgent(string site, AgentState agent) => _outbox.Add((Channels.CardsOf(site), DeliveryMessages.Presence(site, agent.Name)));
}
