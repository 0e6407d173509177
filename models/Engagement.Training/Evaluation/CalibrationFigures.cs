namespace Engagement.Training.Evaluation;

/// <summary>How far calibrated probabilities are from what came, with 95 % intervals by bootstrap over users.</summary>
/// <param name="ExpectedCalibrationError">
/// Over the bins of <paramref name="Reliability"/>. Resampling adds noise that looks like miscalibration; the interval is shifted back by as much.
/// </param>
/// <param name="ErrorOfPerfect">
/// The error that exactly true probabilities would show in one of forty draws of outcomes for these same rows: below it there is nothing to see.
/// </param>
/// <param name="Brier">Mean squared difference of probability and outcome.</param>
/// <param name="LogLoss">Mean −ln of the probability that the outcome was given; probabilities cut to [1e-6, 1 − 1e-6].</param>
/// <param name="Reliability">Bins with intervals.</param>
public sealed record CalibrationFigures(Interval ExpectedCalibrationError, double ErrorOfPerfect, Interval Brier, Interval LogLoss, Reliability Reliability)
{
    /// <summary>
    /// <paramref name="users"/> names the user, or the session, of each row. Throws <see cref="TrainingException"/> when there are no rows or a prediction
    /// is not a probability.
    /// </summary>
    public static CalibrationFigures Of(float[] probabilities, bool[] labels, IReadOnlyList<string> users, long seed)
    {
        OutcomeCheck.RequireProbabilities(probabilities, labels);
        var bins = EqualMassBins.Of(probabilities);
        var squares = Array.ConvertAll([.. Enumerable.Range(0, labels.Length)], i => Math.Pow(probabilities[i] - (labels[i] ? 1 : 0), 2));
        var losses = Array.ConvertAll([.. Enumerable.Range(0, labels.Length)], i => LogLossOf(probabilities[i], labels[i]));
        return new CalibrationFigures(
            Unbiased(Bootstrap.Values(users, seed, weights => bins.Error(weights, labels))),
            ErrorOfTrue(bins, probabilities, seed),
            Bootstrap.ByUser(users, seed, weights => Mean(squares, weights)),
            Bootstrap.ByUser(users, seed, weights => Mean(losses, weights)),
            bins.Describe(labels, users, seed));
    }

    /// <summary>Loss of one row in nats.</summary>
    public static double LogLossOf(double probability, bool label)
    {
        var cut = Math.Clamp(probability, 1e-6, 1 - 1e-6);
        return -Math.Log(label ? cut : 1 - cut);
    }

    private static Interval Unbiased((double Value, List<double> Resampled) error)
    {
        var (value, resampled) = error;
        if (resampled.Count < Bootstrap.Resamples / 2) return new(value, double.NaN, double.NaN);
        var bias = resampled.Average() - value;
        double At(double quantile) => Math.Max(0, resampled[(int)(quantile * resampled.Count)] - bias);
        return new(value, Math.Min(value, At(0.025)), Math.Max(value, At(0.975)));
    }

    private static double ErrorOfTrue(EqualMassBins bins, float[] probabilities, long seed)
    {
        const int draws = 400;
        var random = new Random(unchecked((int)seed) ^ 0x7A11);
        var weights = new int[probabilities.Length];
        Array.Fill(weights, 1);
        var errors = new double[draws];
        var drawn = new bool[probabilities.Length];
        for (var draw = 0; draw < draws; draw++)
        {
            for (var i = 0; i < drawn.Length; i++) drawn[i] = random.NextDouble() < probabilities[i];
            errors[draw] = bins.Error(weights, drawn);
        }
        Array.Sort(errors);
        return errors[(int)(0.975 * draws)];
    }

    private static double Mean(double[] values, ReadOnlySpan<int> weights)
    {
        double sum = 0, all = 0;
        for (var i = 0; i < values.Length; i++)
        {
            sum += weights[i] * values[i];
            all += weights[i];
        }
        return all == 0 ? double.NaN : sum / all;
    }
}
