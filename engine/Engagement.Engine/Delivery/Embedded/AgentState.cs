using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>
/// One agent of one site: presence by the wall clock, and the slots taken, each until an instant of the site's clock. Slots are counted by
/// looking at what has not expired, never by counting up and down. Not thread-safe.
/// </summary>
internal sealed class AgentState(string name, Instant seenAt)
{
    private readonly SortedSet<OfferTime> _held = [];

    public string Name => name;

    /// <summary>Nobody is available until she has said so herself.</summary>
    public PresenceStatus Status { get; private set; } = PresenceStatus.Away;
    public int Capacity { get; private set; }
    public Instant SeenAt { get; private set; } = seenAt;

    /// <summary>Who paused her; null where nobody did.</summary>
    public string? PausedBy { get; set; }

    public IReadOnlyList<string> Skills { get; private set; } = [];
    public IReadOnlyList<string> Languages { get; private set; } = [];

    /// <summary>When she was last given an offer.</summary>
    public Instant GivenAt { get; set; } = Instant.Start;

    public IEnumerable<OfferId> Held => _held.Select(h => h.Offer);

    public void Report(PresenceStatus status, int capacity, Instant wallNow) => (Status, Capacity, SeenAt) = (status, capacity, wallNow);

    /// <summary>Whoever comes anew is not paused.</summary>
    public void Report(PresenceRequest said, Instant at)
    {
        if (!IsPresent(at)) PausedBy = null;
        Report(said.Status, said.Capacity, at);
        (Skills, Languages) = (said.Skills, said.Languages);
    }

    /// <summary>Whoever declares nothing takes anything; what a card does not ask for everybody has.</summary>
    public bool Fits(string? language, string? skill) =>
        (language is null || Languages.Count == 0 || Languages.Contains(language)) && (skill is null || Skills.Count == 0 || Skills.Contains(skill));

    public bool IsPresent(Instant wallNow) => wallNow < SeenAt + Limits.AgentPresenceTtl;

    /// <summary>Something new may come to her, if a slot is free.</summary>
    public bool IsAvailable(Instant wallNow) => Status == PresenceStatus.Available && PausedBy is null && IsPresent(wallNow);

    public int FreeSlots(Instant wallNow, Instant siteNow) => IsAvailable(wallNow) ? Math.Max(0, Capacity - SlotsTaken(siteNow)) : 0;

    public int SlotsTaken(Instant siteNow)
    {
        while (_held.Count > 0 && _held.Min.At <= siteNow) _held.Remove(_held.Min);
        return _held.Count;
    }

    /// <summary>When the next slot becomes free by time alone.</summary>
    public Instant NextExpiry => _held.Count == 0 ? Instant.Never : _held.Min.At;

    public void Take(OfferRow row) => _held.Add(new OfferTime(row.HeldUntil, row.Id));
    public void Free(OfferRow row) => _held.Remove(new OfferTime(row.HeldUntil, row.Id));
}
