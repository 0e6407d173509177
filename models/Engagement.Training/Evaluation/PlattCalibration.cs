namespace Engagement.Training.Evaluation;

/// <summary>Slope and offset of p = sigmoid(a · margin + b).</summary>
public readonly record struct PlattLink(float A, float B)
{
    public static readonly PlattLink None = new(1, 0);

    public float Probability(float margin) => 1f / (1f + MathF.Exp(-(A * margin + B)));
}

/// <summary>
/// Platt scaling (Platt 1999; targets pulled in as there, fitted by Newton steps as in Lin, Lin and Weng 2007). To be fitted on out-of-fold
/// margins only.
/// </summary>
public static class PlattCalibration
{
    /// <summary>The link must rise; margins that carry no order get an almost flat one instead of a falling one.</summary>
    public const float SlopeMin = 0.01f;

    /// <summary>Throws <see cref="TrainingException"/> when the labels are of one class or a margin is not a number.</summary>
    public static PlattLink Fit(ReadOnlySpan<float> margins, ReadOnlySpan<bool> labels)
    {
        OutcomeCheck.RequireBothClasses(margins, labels, "Calibration");
        double positives = 0;
        foreach (var label in labels) positives += label ? 1 : 0;
        var negatives = labels.Length - positives;
        var high = (positives + 1) / (positives + 2);
        var low = 1 / (negatives + 2);

        double a = 1, b = 0;
        for (var step = 0; step < 100; step++)
        {
            double ga = 0, gb = 0, haa = 1e-9, hab = 0, hbb = 1e-9;
            for (var i = 0; i < margins.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-(a * margins[i] + b)));
                var residual = p - (labels[i] ? high : low);
                var weight = p * (1 - p);
                ga += residual * margins[i];
                gb += residual;
                haa += weight * margins[i] * margins[i];
                hab += weight * margins[i];
                hbb += weight;
            }
            var determinant = haa * hbb - hab * hab;
            var da = (hbb * ga - hab * gb) / determinant;
            var db = (haa * gb - hab * ga) / determinant;
            // Newton's step, cut: far from the optimum the curve flattens and a full step overshoots.
            a -= Math.Clamp(da, -1, 1);
            b -= Math.Clamp(db, -1, 1);
            if (Math.Abs(da) + Math.Abs(db) < 1e-10) break;
        }
        if (a >= SlopeMin) return new PlattLink((float)a, (float)b);
        return new PlattLink(SlopeMin, (float)Math.Log(positives / negatives));
    }
}
