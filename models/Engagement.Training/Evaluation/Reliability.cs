namespace Engagement.Training.Evaluation;

/// <summary>One bin of a reliability diagram: rows of like prediction and how often the outcome came.</summary>
/// <param name="Low">Lower end of the 95 % interval of <paramref name="Observed"/>; NaN where it was not asked for.</param>
/// <param name="High">Upper end.</param>
public sealed record ReliabilityBin(int Rows, double Predicted, double Observed, double Low = double.NaN, double High = double.NaN);

/// <summary>How far calibrated probabilities are from what came, in up to ten bins of like size; equal predictions share a bin.</summary>
public sealed record Reliability(double ExpectedCalibrationError, double Brier, ReliabilityBin[] Bins)
{
    public const int BinCount = 10;

    /// <summary>Throws <see cref="TrainingException"/> when there are no rows or a prediction is not a probability.</summary>
    public static Reliability Of(float[] probabilities, bool[] labels)
    {
        OutcomeCheck.RequireProbabilities(probabilities, labels);
        return EqualMassBins.Of(probabilities).Describe(labels);
    }
}
