namespace Engagement.Core.Scoring;

/// <summary>The counters of one partition's sites, replaced whole as sites and models come and go. Thread-safe.</summary>
public sealed class DriftRegister
{
    private volatile DriftCounters[] _all = [];

    public IReadOnlyList<DriftCounters> All
    {
        get => _all;
        internal set => _all = [.. value];
    }
}
