namespace Engagement.Training.Evaluation;

/// <summary>What every measure asks of scores and outcomes before it believes them.</summary>
public static class OutcomeCheck
{
    /// <summary>Throws <see cref="TrainingException"/> when lengths differ or a score is NaN.</summary>
    public static void Require(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels)
    {
        if (scores.Length != labels.Length) throw new TrainingException($"There are {scores.Length} scores for {labels.Length} outcomes.");
        for (var i = 0; i < scores.Length; i++)
        {
            if (float.IsNaN(scores[i])) throw new TrainingException($"Score {i} of {scores.Length} is not a number.");
        }
    }

    /// <summary>The same, and at least one row of each class; <paramref name="purpose"/> begins the sentence, as in "Calibration".</summary>
    public static void RequireBothClasses(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, string purpose)
    {
        Require(scores, labels);
        if (scores.Length == 0) throw new TrainingException($"{purpose} needs rows; there are none.");
        if (!labels.Contains(true) || !labels.Contains(false)) throw new TrainingException($"{purpose} needs outcomes of both classes; all {labels.Length} are of one.");
    }

    /// <summary>The same as <see cref="Require"/>, and that every score is a probability, 0 to 1; at least one row.</summary>
    public static void RequireProbabilities(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> labels)
    {
        Require(probabilities, labels);
        if (probabilities.Length == 0) throw new TrainingException("There are no predictions to measure.");
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] is < 0 or > 1) throw new TrainingException(FormattableString.Invariant($"Prediction {i} is {probabilities[i]}: not a probability."));
        }
    }
}
