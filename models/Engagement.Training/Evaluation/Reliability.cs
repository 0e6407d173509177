namespace Engagement.Training.Evaluation;

/// <summary>One bin of a reliability diagram: rows of like prediction and how often the outcome came.</summary>
/// <param name="Low">Lower end of the 95 % interval of <paramref name="Observed"/>; NaN where it was not asked for.</param>
/// <param name="High">Upper end.</param>
public sealed record ReliabilityBin(int Rows, double Predicted, double Observed, double Low = double.NaN, double High = double.NaN);

/// <summary>How far calibrated probabilities are from what came, in ten bins of equal size.</summary>
public sealed record Reliability(double ExpectedCalibrationError, double Brier, ReliabilityBin[] Bins)
{
    public const int BinCount = 10;

    public static Reliability Of(float[] probabilities, bool[] labels)
    {
        var order = Enumerable.Range(0, probabilities.Length).OrderBy(i => probabilities[i]).ToArray();
        var bins = order.Chunk((order.Length + BinCount - 1) / BinCount)
            .Select(bin => new ReliabilityBin(bin.Length, bin.Average(i => (double)probabilities[i]), bin.Average(i => labels[i] ? 1.0 : 0)))
            .ToArray();
        var error = bins.Sum(bin => bin.Rows * Math.Abs(bin.Predicted - bin.Observed)) / probabilities.Length;
        var brier = order.Average(i => Math.Pow(probabilities[i] - (labels[i] ? 1 : 0), 2));
        return new Reliability(error, brier, bins);
    }
}
