namespace Engagement.Core.Scoring;

/// <summary>
/// A calibrated probability from the fixed feature vector. Implementations are immutable and thread-safe, allocate nothing in
/// <see cref="Score"/>, and accept NaN for a missing value.
/// </summary>
public interface IPropensityModel
{
    /// <summary>Name and version for decisions and logs, such as <c>purposeful/2026-11-22+3f2a</c>.</summary>
    string Version { get; }

    /// <summary>How the features and the score were spread in training; null where the model does not say.</summary>
    ModelReference? Reference => null;

    /// <summary>Probability, 0 to 1, for a vector of <see cref="Features.FeatureSchema.Count"/> values. Hot.</summary>
    float Score(ReadOnlySpan<float> features);

    /// <summary>
    /// Contribution of each feature to the score in log-odds, into <paramref name="contributions"/> of the same length; returns the expected
    /// value, so that expected value + Σ contributions = log-odds of the uncalibrated score. Cold: for cards, answers and threshold crossings only.
    /// </summary>
    float Explain(ReadOnlySpan<float> features, Span<float> contributions);
}
