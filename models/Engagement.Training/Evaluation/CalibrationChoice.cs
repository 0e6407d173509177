using Engagement.Core.Scoring;

namespace Engagement.Training.Evaluation;

/// <summary>
/// Platt's link or an isotonic one, by log-loss on users that the link was not fitted on. The isotonic link needs many outcomes: with few it learns their
/// accidents, which is what the held-out loss shows.
/// </summary>
/// <param name="Platt">Fitted on all rows.</param>
/// <param name="Isotonic">Fitted on all rows.</param>
/// <param name="PlattLogLoss">Mean over held-out rows.</param>
/// <param name="IsotonicLogLoss">Mean over held-out rows.</param>
public sealed record CalibrationChoice(PlattLink Platt, MonotoneLink Isotonic, double PlattLogLoss, double IsotonicLogLoss)
{
    /// <summary>Ties go to Platt: two numbers instead of a table.</summary>
    public bool IsIsotonicBetter => IsotonicLogLoss < PlattLogLoss;

    /// <summary>Probability by the better link.</summary>
    public float Probability(float margin) => IsIsotonicBetter ? Isotonic.Probability(margin) : Platt.Probability(margin);

    /// <summary>
    /// <paramref name="margins"/> must themselves be out of fold. Throws <see cref="TrainingException"/> when a margin is NaN, the outcomes are of one class,
    /// or a fold leaves one class only.
    /// </summary>
    public static CalibrationChoice Of(float[] margins, bool[] labels, IReadOnlyList<string> users, long seed, int folds = 5)
    {
        OutcomeCheck.RequireBothClasses(margins, labels, "Calibration");
        var foldOf = UserFolds.Assign(labels.Select((label, i) => (users[i], label)), folds, seed + 2);
        double platt = 0, isotonic = 0;
        for (var fold = 0; fold < folds; fold++)
        {
            int[] inside = [.. Enumerable.Range(0, margins.Length).Where(i => foldOf[users[i]] != fold)];
            float[] known = Array.ConvertAll(inside, i => margins[i]);
            bool[] outcomes = Array.ConvertAll(inside, i => labels[i]);
            var (a, b) = (PlattCalibration.Fit(known, outcomes), IsotonicCalibration.Fit(known, outcomes));
            for (var i = 0; i < margins.Length; i++)
            {
                if (foldOf[users[i]] != fold) continue;
                platt += CalibrationFigures.LogLossOf(a.Probability(margins[i]), labels[i]);
                isotonic += CalibrationFigures.LogLossOf(b.Probability(margins[i]), labels[i]);
            }
        }
        return new(PlattCalibration.Fit(margins, labels), IsotonicCalibration.Fit(margins, labels), platt / margins.Length, isotonic / margins.Length);
    }
}
