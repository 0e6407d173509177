using Engagement.Core.Decisions;
using Engagement.Core.Sessions;
using Engagement.Core.Sites;

namespace Engagement.Core.Scoring;

/// <summary>
/// Which rows of a site in one partition are counted for drift: those of every <see cref="Every"/>th event before a first order, as training has one row
/// an event and none behind an order. Steps that a timer takes are not counted: training has none. Not thread-safe; what it counts into is.
/// </summary>
internal sealed class DriftSampler
{
    /// <summary>One row costs a few hundred nanoseconds to count: an eighth of it does not show beside an event.</summary>
    public const int Every = 8;

    private DriftCounters? _purposeful;
    private DriftCounters? _floundering;
    private int _skipped;

    public DriftSampler(SiteModel site) => Swap(site);

    /// <summary>Of the models that say how they were trained.</summary>
    public IEnumerable<DriftCounters> Counters => new[] { _purposeful, _floundering }.OfType<DriftCounters>();

    /// <summary>A model that stays keeps its counts; another begins anew.</summary>
    public void Swap(SiteModel site)
    {
        _purposeful = Next(_purposeful, site.Id, "purposeful", site.Purposeful);
        _floundering = Next(_floundering, site.Id, "floundering", site.Floundering);
    }

    /// <summary>Hot.</summary>
    public void Sample(SessionState session, ReadOnlySpan<float> features)
    {
        if (_purposeful is null && _floundering is null) return;
        if (++_skipped < Every) return;
        _skipped = 0;
        if (session.Activity.OrdersCompleted > 0 || (session.Privacy & PrivacyScope.Score) == 0) return;
        _purposeful?.Add(features, session.Purposeful);
        _floundering?.Add(features, session.Floundering);
    }

    private static DriftCounters? Next(DriftCounters? before, string site, string name, IPropensityModel? model)
    {
        if (model?.Reference is not { } reference) return null;
        return before is not null && ReferenceEquals(before.Instance, model) ? before : new DriftCounters(site, name, model, reference);
    }
}
