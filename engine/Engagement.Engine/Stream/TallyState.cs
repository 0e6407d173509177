using System.Runtime.InteropServices;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Stream;

/// <summary>
/// What one batch counts for the owner's page, by site: first times of visits, what hindered offers, and how wishes were answered. Each entry carries its
/// record's offset, by which the store knows what it has counted. Looks at decisions and wishes alone, never at an event. Reused by one worker, not
/// thread-safe.
/// </summary>
internal sealed class TallyState
{
    private readonly Dictionary<string, List<TallyEntry>> _bySite = new(StringComparer.Ordinal);

    /// <param name="decisions">Of the batch.</param>
    /// <param name="from">The first of them that the record brought about.</param>
    /// <param name="offset">The record's.</param>
    public void Count(List<DecisionChange> decisions, int from, long offset)
    {
        foreach (ref readonly var decision in CollectionsMarshal.AsSpan(decisions)[from..])
        {
            var entries = EntriesOf(decision.Site);
            var hour = Tallies.HourOf(decision.At);
            if ((decision.First & FirstTimes.Visit) != 0) entries.Add(new(hour, Tally.Visits, offset));
            if ((decision.First & FirstTimes.Need) != 0) entries.Add(new(hour, Tally.Needs, offset));
            if ((decision.First & FirstTimes.State) != 0 && Tallies.ReachedOf(decision.State) is { } reached) entries.Add(new(hour, reached, offset));
            for (var bits = (uint)decision.Hindrances; bits != 0; bits &= bits - 1) entries.Add(new(hour, Tallies.HinderedBy((Blockers)(bits & (~bits + 1))), offset));
        }
    }

    /// <summary>How a wish was answered, now or by the log.</summary>
    public void Count(string site, in OfferWish wish, OfferResolution resolution, long offset)
    {
        if (Tallies.Of(resolution, wish.State) is { } tally) EntriesOf(site).Add(new(Tallies.HourOf(wish.Now), tally, offset));
    }

    /// <summary>What the batch leaves to be stored: of sites that something was counted of, or of which a session ended.</summary>
    public void AddTo(PartitionCommit commit, EngagementPipeline pipeline, PipelineOutput output, SiteCatalog sites)
    {
        foreach (var closed in output.SessionsClosed) EntriesOf(closed.Site);
        foreach (var (site, entries) in _bySite) commit.Tallies.Add(Of(site, entries, pipeline, sites));
    }

    /// <summary>How the sessions stand that a rebuild brought back; it counts nothing.</summary>
    public static void AddStandingTo(PartitionCommit commit, EngagementPipeline pipeline, SiteCatalog sites)
    {
        foreach (var site in pipeline.SitesStanding()) commit.Tallies.Add(Of(site, [], pipeline, sites));
    }

    public void Clear() => _bySite.Clear();

    private List<TallyEntry> EntriesOf(string site)
    {
        ref var entries = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySite, site, out _);
        return entries ??= [];
    }

    private static SiteTally Of(string site, List<TallyEntry> entries, EngagementPipeline pipeline, SiteCatalog sites) =>
        new(site, sites.Find(site) is { Clock: SiteClock.Log }, entries, [.. pipeline.StandingOf(site)]);
}
