namespace Engagement.Training.Data;

/// <summary>Rows of a file that could not be read, and why: all counted, the first ones kept. Not thread-safe.</summary>
public sealed class RowFaults
{
    /// <summary>Kept word for word; a file of another form has as many faults as rows.</summary>
    public const int KeptMax = 10;

    private readonly List<(int Line, string Reason)> _first = [];

    public int Count { get; private set; }

    /// <summary>Line numbers count from 1, the header's.</summary>
    public IReadOnlyList<(int Line, string Reason)> First => _first;

    public void Add(int line, string reason)
    {
        Count++;
        if (_first.Count < KeptMax) _first.Add((line, reason));
    }
}
