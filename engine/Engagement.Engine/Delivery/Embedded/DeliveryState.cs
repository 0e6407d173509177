using Engagement.Core;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>
/// All offers as the transaction in hand sees them. Every change goes through <see cref="Set"/> and is remembered until the transaction is
/// durable (then shown to readers) or rolled back (then taken back). Writer's thread only.
/// </summary>
internal sealed class DeliveryState
{
    private readonly Dictionary<OfferId, OfferRow> _offers = [];
    private readonly Dictionary<VisitorAt, OfferId> _latest = [];
    private readonly Dictionary<string, SiteState> _sites = new(StringComparer.Ordinal);
    private readonly List<OfferChange> _changes = [];
    private readonly HashSet<SiteState> _touched = [];

    public IReadOnlyCollection<OfferRow> Offers => _offers.Values;
    public IReadOnlyCollection<SiteState> Sites => _sites.Values;

    /// <summary>Changes of this transaction, in order.</summary>
    public IReadOnlyList<OfferChange> Changes => _changes;

    /// <summary>Sites whose availability may differ after this transaction.</summary>
    public IReadOnlyCollection<SiteState> Touched => _touched;

    public OfferRow? Find(OfferId id) => _offers.GetValueOrDefault(id);

    public OfferRow? LatestOf(VisitorAt visitor) => _latest.TryGetValue(visitor, out var id) ? _offers.GetValueOrDefault(id) : null;

    public SiteState SiteOf(string name)
    {
        if (!_sites.TryGetValue(name, out var site)) _sites[name] = site = new SiteState(name);
        return site;
    }

    public void Touch(SiteState site) => _touched.Add(site);

    /// <summary>Puts <paramref name="after"/> in the place of <paramref name="before"/>; null for none.</summary>
    public void Set(OfferRow? before, OfferRow? after)
    {
        _changes.Add(new OfferChange(before, after));
        Replace(before, after);
    }

    public void Committed()
    {
        _changes.Clear();
        _touched.Clear();
    }

    public void RolledBack()
    {
        for (var i = _changes.Count - 1; i >= 0; i--) Replace(_changes[i].After, _changes[i].Before);
        Committed();
    }

    private void Replace(OfferRow? from, OfferRow? to)
    {
        var site = SiteOf((to ?? from)!.Site);
        _touched.Add(site);
        if (from is not null) Remove(site, from);
        if (to is not null) Add(site, to);
    }

    private void Remove(SiteState site, OfferRow row)
    {
        _offers.Remove(row.Id);
        if (_latest.TryGetValue(row.VisitorAt, out var id) && id == row.Id) _latest.Remove(row.VisitorAt);
        site.Uncount(row);
        if (site.Agents.TryGetValue(row.SlotOf, out var agent)) agent.Free(row);
    }

    private void Add(SiteState site, OfferRow row)
    {
        _offers[row.Id] = row;
        if (LatestOf(row.VisitorAt) is not { } other || other.ReservedAt <= row.ReservedAt) _latest[row.VisitorAt] = row.Id;
        site.Count(row);
        if (row.HeldUntil > Instant.Start) site.Agent(row.SlotOf, row.WrittenAt).Take(row);
    }
}

/// <summary>One change of one offer; null where there was or is none.</summary>
internal readonly record struct OfferChange(OfferRow? Before, OfferRow? After);
