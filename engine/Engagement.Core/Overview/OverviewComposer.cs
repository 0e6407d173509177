using System.Collections.Immutable;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Core.Overview;

/// <summary>
/// Makes the owner's overview of what the store counted. Pure, deterministic, whatever the counts' order; kinds and hours that it does not know are passed
/// over, so that a store which a later version wrote can be read.
/// </summary>
public static class OverviewComposer
{
    /// <param name="now">The wall's time; a site that lives by the log's clock is shown up to its latest hour.</param>
    /// <param name="language">Of the hindrances' words.</param>
    public static SiteOverview Compose(SiteModel site, StoredOverview stored, Instant now, CopyLanguage language)
    {
        var last = site.Clock == SiteClock.Log && stored.Tallies.Count > 0 ? stored.Tallies.Max(t => t.Hour) : Tallies.HourOf(now);
        var first = last - Limits.TallyHours + 1;
        var shown = stored.Tallies.Where(t => t.Hour >= first && t.Hour <= last).ToLookup(t => t.Hour);
        var total = Sums(shown.SelectMany(hour => hour));
        return new SiteOverview
        {
            Site = site.Id,
            Mode = site.Mode,
            AsOf = site.Clock == SiteClock.Log ? Tallies.StartOf(last + 1) : now,
            Hours = [.. Enumerable.Range(first, Limits.TallyHours).Select(hour => HourOf(hour, Sums(shown[hour])))],
            Total = HourOf(first, total),
            Reached = new ReachedStates(
                Of(total, Tally.ReachedExploring), Of(total, Tally.ReachedProgressing), Of(total, Tally.ReachedPurposeful), Of(total, Tally.ReachedFloundering)),
            Hindrances = [.. total.Where(t => Tallies.BlockerOf(t.Key) != Blockers.None && t.Value > 0).Select(t => HindranceOf(t, language)).OrderByDescending(h => h.Visits).ThenBy(h => h.Code, StringComparer.Ordinal)],
            Outcomes = new OutcomeCounts(
                Of(total, Tally.Resolved), Of(total, Tally.Converted), Of(total, Tally.NotHelpful), Of(total, Tally.ShouldNotHaveBeenInvited)),
            Now = StandingOf(stored.Standing),
            Load = OverviewLoad.From(stored.Load),
        };
    }

    private static Dictionary<Tally, long> Sums(IEnumerable<TallyCount> counts)
    {
        var sums = new Dictionary<Tally, long>();
        foreach (var count in counts) sums[count.Tally] = sums.GetValueOrDefault(count.Tally) + count.Count;
        return sums;
    }

    private static OverviewHour HourOf(int hour, Dictionary<Tally, long> sums) => new(
        Tallies.StartOf(hour), Of(sums, Tally.Visits), Of(sums, Tally.Needs),
        new StateCounts(Of(sums, Tally.OfferedPurposeful), Of(sums, Tally.OfferedFloundering)),
        new StateCounts(Of(sums, Tally.ObservedPurposeful), Of(sums, Tally.ObservedFloundering)),
        new StateCounts(Of(sums, Tally.HeldOutPurposeful), Of(sums, Tally.HeldOutFloundering)),
        Of(sums, Tally.Shown), Of(sums, Tally.Accepted), Of(sums, Tally.Declined), Of(sums, Tally.Ignored), Of(sums, Tally.Withdrawn), Of(sums, Tally.Asked),
        Of(sums, Tally.Claimed), Of(sums, Tally.Unclaimed), Of(sums, Tally.QuestionsLeft), Of(sums, Tally.QuestionsAnswered));

    private static Hindrance HindranceOf(KeyValuePair<Tally, long> count, CopyLanguage language)
    {
        var text = BlockerTexts.Of(Tallies.BlockerOf(count.Key), language);
        return new Hindrance(text.Code, text.Text, count.Value);
    }

    private static StandingCounts StandingOf(ImmutableArray<int> standing) => new(
        standing[(int)VisitorState.Unknown], standing[(int)VisitorState.Exploring], standing[(int)VisitorState.Progressing],
        standing[(int)VisitorState.Purposeful], standing[(int)VisitorState.Floundering]);

    private static long Of(Dictionary<Tally, long> sums, Tally tally) => sums.GetValueOrDefault(tally);
}
