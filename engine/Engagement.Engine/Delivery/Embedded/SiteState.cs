using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>A site's agents, its clock and its offers of the last hour. Writer's thread only.</summary>
internal sealed class SiteState(string name)
{
    private readonly SortedSet<OfferTime> _reserved = [];
    private Instant? _logNow;
    private Instant _lastNow = Instant.Start;

    public string Name => name;
    public Dictionary<string, AgentState> Agents { get; } = new(StringComparer.Ordinal);
    public bool LivesByLogClock => _logNow is not null;

    /// <summary>The site's time: the log's latest where the site lives by it, else the wall's. Never goes back.</summary>
    public Instant Now(Instant wallNow, Instant? logTime)
    {
        if (logTime is { } at) _logNow = _logNow is { } known ? Instant.Max(known, at) : at;
        return _lastNow = _logNow ?? Instant.Max(_lastNow, wallNow);
    }

    public AgentState Agent(string agent, Instant wallNow)
    {
        if (!Agents.TryGetValue(agent, out var state)) Agents[agent] = state = new AgentState(agent, wallNow);
        return state;
    }

    /// <summary>
    /// Of the agents with a free slot who <paramref name="fit"/> (null: all do), the one with the fewest taken, among these the one who has waited longest for
    /// an offer.
    /// </summary>
    public AgentState? ChooseFree(Instant wallNow, Instant now, Func<AgentState, bool>? fit = null)
    {
        AgentState? best = null;
        foreach (var agent in Agents.Values)
        {
            if (agent.FreeSlots(wallNow, now) > 0 && (fit is null || fit(agent)) && (best is null || ComesBefore(agent, best, now))) best = agent;
        }
        return best;
    }

    public int OffersInLastHour(Instant now)
    {
        while (_reserved.Count > 0 && _reserved.Min.At <= now - Limits.OfferCapWindow) _reserved.Remove(_reserved.Min);
        return _reserved.Count;
    }

    /// <summary>The cap is on invitations: a visitor who asks herself is counted in none.</summary>
    public void Count(OfferRow row)
    {
        if ((row.Course & OfferCourse.Asked) == 0) _reserved.Add(new OfferTime(row.ReservedAt, row.Id));
    }

    public void Uncount(OfferRow row) => _reserved.Remove(new OfferTime(row.ReservedAt, row.Id));

    /// <summary>Availability now, and until when it holds if nothing happens.</summary>
    public (AgentAvailability Availability, Instant ValidUntil) Availability(Instant wallNow)
    {
        var now = Now(wallNow, null);
        int available = 0, free = 0;
        var until = Instant.Never;
        foreach (var agent in Agents.Values)
        {
            if (!agent.IsAvailable(wallNow)) continue;
            available++;
            free += agent.FreeSlots(wallNow, now);
            until = Instant.Min(until, agent.SeenAt + Limits.AgentPresenceTtl);
            if (!LivesByLogClock) until = Instant.Min(until, agent.NextExpiry);
        }
        return (new AgentAvailability(available, free), until);
    }

    private static bool ComesBefore(AgentState left, AgentState right, Instant now)
    {
        var byLoad = left.SlotsTaken(now).CompareTo(right.SlotsTaken(now));
        if (byLoad != 0) return byLoad < 0;
        var byWait = left.GivenAt.CompareTo(right.GivenAt);
        return byWait != 0 ? byWait < 0 : string.CompareOrdinal(left.Name, right.Name) < 0;
    }
}
