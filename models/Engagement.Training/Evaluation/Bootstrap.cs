namespace Engagement.Training.Evaluation;

/// <summary>A statistic with its 95 % percentile interval; the bounds are NaN where too few resamples gave a value.</summary>
public readonly record struct Interval(double Value, double Low, double High)
{
    /// <summary>With three digits, for a table; a dash where nothing could be measured.</summary>
    public override string ToString() => double.IsNaN(Value) ? "–"
        : double.IsNaN(Low) || double.IsNaN(High) ? FormattableString.Invariant($"{Value:F3} (no interval)")
        : FormattableString.Invariant($"{Value:F3} ({Low:F3} to {High:F3})");
}

/// <summary>Percentile bootstrap that draws whole users, so that rows of one user stay together.</summary>
public static class Bootstrap
{
    public const int Resamples = 1000;

    /// <summary>A statistic of row weights: how often each row was drawn. May return NaN.</summary>
    public delegate double Statistic(ReadOnlySpan<int> weights);

    /// <summary><paramref name="users"/> names the user of each row. The same seed gives the same interval.</summary>
    public static Interval ByUser(IReadOnlyList<string> users, long seed, Statistic statistic)
    {
        var (value, values) = Values(users, seed, statistic);
        return values.Count < Resamples / 2
            ? new Interval(value, double.NaN, double.NaN)
            : new Interval(value, values[(int)(0.025 * values.Count)], values[(int)(0.975 * values.Count)]);
    }

    /// <summary>The statistic of all rows, and of each resample that gave a value, ascending.</summary>
    internal static (double Value, List<double> Resampled) Values(IReadOnlyList<string> users, long seed, Statistic statistic)
    {
        var numbers = new Dictionary<string, int>();
        var userOf = new int[users.Count];
        for (var i = 0; i < userOf.Length; i++)
        {
            if (!numbers.TryGetValue(users[i], out userOf[i])) numbers[users[i]] = userOf[i] = numbers.Count;
        }
        var random = new Random(unchecked((int)seed) ^ 0x5EED);
        var drawn = new int[numbers.Count];
        var weights = new int[userOf.Length];
        var values = new List<double>(Resamples);
        for (var resample = 0; resample < Resamples; resample++)
        {
            Array.Clear(drawn);
            for (var i = 0; i < drawn.Length; i++) drawn[random.Next(drawn.Length)]++;
            for (var i = 0; i < weights.Length; i++) weights[i] = drawn[userOf[i]];
            var value = statistic(weights);
            if (!double.IsNaN(value)) values.Add(value);
        }
        values.Sort();
        Array.Fill(weights, 1);
        return (statistic(weights), values);
    }

    /// <summary>Weighted share of the rows of one kind that are also of another; NaN when the first kind has no weight.</summary>
    public static double Share(ReadOnlySpan<int> weights, Func<int, bool> among, Func<int, bool> of)
    {
        double all = 0, hits = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            if (!among(i)) continue;
            all += weights[i];
            if (of(i)) hits += weights[i];
        }
        return all == 0 ? double.NaN : hits / all;
    }
}
