using System.Collections.Concurrent;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>What readers see: the state as of the last durable transaction. Written on the writer's thread, read by all, without a lock.</summary>
internal sealed class DeliveryView
{
    private readonly ConcurrentDictionary<VisitorAt, Assessment> _assessments = new();
    private readonly ConcurrentDictionary<OfferId, OfferRow> _offers = new();
    private readonly ConcurrentDictionary<VisitorAt, OfferRow> _byVisitor = new();
    private readonly ConcurrentDictionary<string, SiteView> _sites = new(StringComparer.Ordinal);

    public Assessment? FindAssessment(VisitorAt visitor) => _assessments.GetValueOrDefault(visitor);
    public OfferRow? FindOffer(OfferId id) => _offers.GetValueOrDefault(id);
    public OfferRow? FindOfferOf(VisitorAt visitor) => _byVisitor.GetValueOrDefault(visitor);
    public SiteView? FindSite(string site) => _sites.GetValueOrDefault(site);

    /// <summary>Assessments of a commit that is durable. A repeated commit brings no earlier step back.</summary>
    public void Put(PartitionCommit commit)
    {
        foreach (var assessment in commit.Assessments)
        {
            var visitor = new VisitorAt(assessment.Site, assessment.Visitor);
            if (_assessments.TryGetValue(visitor, out var known) && known.Session == assessment.Session && known.Step > assessment.Step) continue;
            _assessments[visitor] = assessment;
        }
        foreach (var (site, visitor, session) in commit.SessionsEnded)
        {
            if (FindAssessment(new VisitorAt(site, visitor))?.Session == session) Forget(new VisitorAt(site, visitor));
        }
    }

    public bool Forget(VisitorAt visitor) => _assessments.TryRemove(visitor, out _);

    /// <summary>Shows a change. <paramref name="latest"/> is the visitor's latest offer after it.</summary>
    public void Show(OfferChange change, OfferRow? latest)
    {
        var row = (change.After ?? change.Before)!;
        if (latest is null) _byVisitor.TryRemove(row.VisitorAt, out _);
        else _byVisitor[row.VisitorAt] = latest;
        var cards = SiteOf(row.Site).Cards;
        if (change.After is null) _offers.TryRemove(row.Id, out _);
        else _offers[row.Id] = row;
        if (change.After is { IsOnCards: true }) cards[row.Id] = row;
        else cards.TryRemove(row.Id, out _);
    }

    public SiteView SiteOf(string site) => _sites.GetOrAdd(site, _ => new SiteView());
}

/// <summary>A site as readers see it.</summary>
internal sealed class SiteView
{
    private AvailabilityView _availability = new(default, Instant.Start, Instant.Start);

    public ConcurrentDictionary<OfferId, OfferRow> Cards { get; } = new();

    /// <summary>The site's time as of the last change; the wall's time where the site lives by that.</summary>
    public AvailabilityView Availability
    {
        get => Volatile.Read(ref _availability);
        set => Volatile.Write(ref _availability, value);
    }
}

/// <summary>Availability as computed, and the wall-clock instant until which it holds if nothing happens.</summary>
/// <param name="LogNow">The site's log time; <see cref="Instant.Start"/> where it lives by the wall clock.</param>
internal sealed record AvailabilityView(AgentAvailability Value, Instant ValidUntil, Instant LogNow);
