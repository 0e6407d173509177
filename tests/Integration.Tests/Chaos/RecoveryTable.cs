using System.Globalization;
using System.Text;

namespace Integration.Tests.Chaos;

/// <summary>How long each recovery took, by what was recovered from.</summary>
internal sealed class RecoveryTable
{
    private readonly List<(string Name, double Seconds)> _recoveries = [];

    public double MaxSeconds => _recoveries.Count == 0 ? 0 : _recoveries.Max(r => r.Seconds);

    public void Add(string name, TimeSpan recovery) => _recoveries.Add((name, recovery.TotalSeconds));

    public override string ToString()
    {
        var text = new StringBuilder("| action | count | median, s | max, s |\n|---|---|---|---|\n");
        foreach (var same in _recoveries.GroupBy(r => r.Name).OrderBy(g => g.Key, StringComparer.Ordinal)) Row(same.Key, [.. same.Select(r => r.Seconds).Order()]);
        return text.ToString();

        void Row(string name, double[] seconds)
        {
            if (seconds.Length > 0) text.Append(CultureInfo.InvariantCulture, $"| {name} | {seconds.Length} | {seconds[seconds.Length / 2]:F1} | {seconds[^1]:F1} |\n");
        }
    }
}
