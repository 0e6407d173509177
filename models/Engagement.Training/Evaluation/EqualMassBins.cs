namespace Engagement.Training.Evaluation;

/// <summary>
/// Rows sorted by prediction and cut into bins of like size; equal predictions are never parted, so bins may differ in size and be fewer. Immutable.
/// </summary>
internal sealed class EqualMassBins
{
    private readonly float[] _probabilities;
    private readonly int[] _binOf;
    private readonly int _count;

    private EqualMassBins(float[] probabilities, int[] binOf, int count) => (_probabilities, _binOf, _count) = (probabilities, binOf, count);

    public static EqualMassBins Of(float[] probabilities)
    {
        var keys = (float[])probabilities.Clone();
        int[] order = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, order);
        var binOf = new int[order.Length];
        var bin = 0;
        for (var i = 0; i < order.Length; i++)
        {
            // The bin is full, and this prediction is another than the one before.
            if (i > 0 && i >= (long)(bin + 1) * order.Length / Reliability.BinCount && keys[i] != keys[i - 1]) bin++;
            binOf[order[i]] = bin;
        }
        return new EqualMassBins(probabilities, binOf, order.Length == 0 ? 0 : bin + 1);
    }

    /// <summary>Expected calibration error of weighted rows: Σ share of the bin · |mean prediction − share of the outcome|.</summary>
    public double Error(ReadOnlySpan<int> weights, ReadOnlySpan<bool> labels)
    {
        Span<double> surplus = stackalloc double[_count];
        double all = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            surplus[_binOf[i]] += weights[i] * (_probabilities[i] - (labels[i] ? 1.0 : 0));
            all += weights[i];
        }
        double sum = 0;
        foreach (var bin in surplus) sum += Math.Abs(bin);
        return all == 0 ? double.NaN : sum / all;
    }

    /// <summary>The bins as a reliability diagram shows them; with <paramref name="users"/>, each with its interval by bootstrap over them.</summary>
    public Reliability Describe(bool[] labels, IReadOnlyList<string>? users = null, long seed = 0)
    {
        var ones = new int[labels.Length];
        Array.Fill(ones, 1);
        var bins = new List<ReliabilityBin>();
        foreach (var rows in Enumerable.Range(0, labels.Length).GroupBy(i => _binOf[i]).OrderBy(group => group.Key).Select(group => group.ToArray()))
        {
            var predicted = rows.Average(i => (double)_probabilities[i]);
            var observed = rows.Average(i => labels[i] ? 1.0 : 0);
            var interval = users is null
                ? new Interval(observed, double.NaN, double.NaN)
                : Bootstrap.ByUser([.. rows.Select(i => users[i])], seed, weights => Bootstrap.Share(weights, _ => true, i => labels[rows[i]]));
            bins.Add(new ReliabilityBin(rows.Length, predicted, observed, interval.Low, interval.High));
        }
        var brier = Enumerable.Range(0, labels.Length).Average(i => Math.Pow(_probabilities[i] - (labels[i] ? 1 : 0), 2));
        return new Reliability(Error(ones, labels), brier, [.. bins]);
    }
}
