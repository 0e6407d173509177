namespace Engagement.Core.Scoring;

/// <summary>
/// Live values of one model in one partition, counted in the bins of its reference over a moving window: the last <see cref="WindowRows"/> rows to half
/// as many. Thread-safe; adding allocates nothing.
/// </summary>
public sealed class DriftCounters
{
    /// <summary>Rows of the window at most: two halves, of which the older is forgotten whole.</summary>
    public const int WindowRows = 10_000;

    private readonly Lock _gate = new();
    private readonly ReferenceBins[] _bins;
    private readonly int[] _starts;
    private int[] _current;
    private int[] _before;
    private int _currentRows;
    private int _beforeRows;

    /// <param name="site">Id of the site.</param>
    /// <param name="model"><c>purposeful</c> or <c>floundering</c>.</param>
    public DriftCounters(string site, string model, IPropensityModel instance, ModelReference reference)
    {
        (Site, Model, Instance, Reference) = (site, model, instance, reference);
        _bins = [.. reference.Features, reference.Score];
        _starts = new int[_bins.Length + 1];
        for (var i = 0; i < _bins.Length; i++) _starts[i + 1] = _starts[i] + _bins[i].Counts.Length;
        _current = new int[_starts[^1]];
        _before = new int[_starts[^1]];
    }

    public string Site { get; }
    public string Model { get; }
    public IPropensityModel Instance { get; }
    public ModelReference Reference { get; }

    /// <summary>Counts one row. Hot.</summary>
    public void Add(ReadOnlySpan<float> features, float score)
    {
        lock (_gate)
        {
            if (_currentRows == WindowRows / 2) Turn();
            _currentRows++;
            for (var i = 0; i < _bins.Length; i++)
            {
                var bins = _bins[i];
                _current[_starts[i] + bins.BinOf(bins.Feature < 0 ? score : features[bins.Feature])]++;
            }
        }
    }

    /// <summary>Adds the window's counts, bin behind bin, features in the reference's order and the score last; returns the rows.</summary>
    internal int AddTo(int[] counts)
    {
        lock (_gate)
        {
            for (var i = 0; i < counts.Length; i++) counts[i] += _current[i] + _before[i];
            return _currentRows + _beforeRows;
        }
    }

    internal int[] NewCounts() => new int[_starts[^1]];

    private void Turn()
    {
        (_current, _before) = (_before, _current);
        _beforeRows = _currentRows;
        _currentRows = 0;
        Array.Clear(_current);
    }
}
