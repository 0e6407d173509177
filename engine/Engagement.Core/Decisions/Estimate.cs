namespace Engagement.Core.Decisions;

/// <summary>A value with its 95 % interval.</summary>
public readonly record struct Estimate(double Value, double Low, double High)
{
    private const double Z = 1.959963984540054;

    /// <summary>A share of counted cases with Wilson's interval (1927); 0 (0 to 1) when there are none.</summary>
    public static Estimate Share(long hits, long all)
    {
        if (all == 0) return new(0, 0, 1);
        double p = (double)hits / all, z2 = Z * Z / all;
        var centre = (p + z2 / 2) / (1 + z2);
        var half = Z / (1 + z2) * Math.Sqrt(p * (1 - p) / all + z2 / (4 * all));
        return new(p, Math.Max(0, Math.Min(p, centre - half)), Math.Min(1, Math.Max(p, centre + half)));
    }

    /// <summary>Mean of counted cases of a few values, with the interval of its standard error; the value alone when there are none.</summary>
    public static Estimate Mean(ReadOnlySpan<(long Count, double Value)> cases)
    {
        double all = 0, sum = 0, squares = 0;
        foreach (var (count, value) in cases)
        {
            all += count;
            sum += count * value;
        }
        if (all == 0) return default;
        var mean = sum / all;
        foreach (var (count, value) in cases) squares += count * Square(value - mean);
        var half = Z * Math.Sqrt(squares / all / all);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>
    /// offset + a·x + b·y of two independent estimates, with the interval recovered from theirs (Zou and Donner 2008); cut to what is possible below.
    /// </summary>
    public static Estimate Sum(double offset, double a, Estimate x, double b, Estimate y)
    {
        var value = offset + a * x.Value + b * y.Value;
        var below = Math.Sqrt(Square(a * (x.Value - (a >= 0 ? x.Low : x.High))) + Square(b * (y.Value - (b >= 0 ? y.Low : y.High))));
        var above = Math.Sqrt(Square(a * ((a >= 0 ? x.High : x.Low) - x.Value)) + Square(b * ((b >= 0 ? y.High : y.Low) - y.Value)));
        return new(value, value - below, value + above);
    }

    /// <summary>Each end times a factor of 0 or above.</summary>
    public Estimate Times(double factor) => new(Value * factor, Low * factor, High * factor);

    private static double Square(double value) => value * value;
}
