namespace Engagement.Training.Evaluation;

/// <summary>A point of a curve with its 95 % interval at the same X.</summary>
public sealed record BandPoint(double X, double Y, double Low, double High);

/// <summary>Curves on a grid of 41 places, with pointwise bands by bootstrap over users.</summary>
public static class CurveBand
{
    public const int Places = 41;
    public const int Resamples = 200;

    /// <summary>True positive rate by false positive rate, both 0 to 1. Empty when a class is missing.</summary>
    public static BandPoint[] Roc(Ranking ranking, IReadOnlyList<string> users, long seed) => Of(users, seed, weights => ranking.RocOn(weights, Places));

    /// <summary>Precision by recall, both 0 to 1; precision is the best at this recall or beyond, so that the curve falls. Empty without a positive.</summary>
    public static BandPoint[] PrecisionRecall(Ranking ranking, IReadOnlyList<string> users, long seed) =>
        Of(users, seed, weights => ranking.PrecisionOn(weights, Places));

    private static BandPoint[] Of(IReadOnlyList<string> users, long seed, Func<int[], double[]> curve)
    {
        var ones = new int[users.Count];
        Array.Fill(ones, 1);
        var own = curve(ones);
        if (own.Length == 0) return [];
        var drawn = Draws(users, seed).Select(curve).Where(values => values.Length > 0).ToArray();
        return [.. own.Select((y, place) => Point(place, y, [.. drawn.Select(values => values[place]).Order()]))];
    }

    // How often each row was drawn, in one array that is written over with the next resample.
    private static IEnumerable<int[]> Draws(IReadOnlyList<string> users, long seed)
    {
        var numbers = new Dictionary<string, int>();
        int[] userOf = [.. users.Select(user => numbers.TryAdd(user, numbers.Count) ? numbers.Count - 1 : numbers[user])];
        var random = new Random(unchecked((int)seed) ^ 0x5EED);
        var drawn = new int[numbers.Count];
        var weights = new int[userOf.Length];
        for (var resample = 0; resample < Resamples; resample++)
        {
            Array.Clear(drawn);
            for (var i = 0; i < drawn.Length; i++) drawn[random.Next(drawn.Length)]++;
            for (var i = 0; i < weights.Length; i++) weights[i] = drawn[userOf[i]];
            yield return weights;
        }
    }

    private static BandPoint Point(int place, double y, double[] sorted) => new(
        Math.Round((double)place / (Places - 1), 4), Math.Round(y, 4),
        sorted.Length == 0 ? double.NaN : Math.Round(sorted[(int)(0.025 * sorted.Length)], 4),
        sorted.Length == 0 ? double.NaN : Math.Round(sorted[(int)(0.975 * sorted.Length)], 4));
}
