using System.Collections.Immutable;

namespace Engagement.Core.Needs;

/// <summary>Something that visitors want to know.</summary>
/// <param name="Id">As in the data it was learnt from.</param>
/// <param name="Names">What people read, by primary language tag; at least one.</param>
public sealed record NeedTopic(string Id, ImmutableSortedDictionary<string, string> Names)
{
    /// <summary>In this language, else in English, else in the first there is.</summary>
    public string NameIn(string language) =>
        Names.TryGetValue(language, out var name) || Names.TryGetValue("en", out name) ? name : Names.First().Value;
}

/// <summary>When a topic is clear: a logistic rule over the best margin, its lead, and how much of the text is known, fitted on texts held out.</summary>
/// <param name="Threshold">Smallest probability that counts as clear, 0 to 1.</param>
public readonly record struct ClarityRule(float Margin, float Lead, float Known, float Bias, float Threshold)
{
    public bool IsFinite => float.IsFinite(Margin) && float.IsFinite(Lead) && float.IsFinite(Known) && float.IsFinite(Bias) && Threshold is >= 0 and <= 1;

    /// <summary>Calibrated probability that the best topic is the right one.</summary>
    public float Probability(float margin, float lead, float known) => 1f / (1f + MathF.Exp(-(Margin * margin + Lead * lead + Known * known + Bias)));
}

/// <summary>What a text was read as.</summary>
/// <param name="Topic">Index of the best topic.</param>
/// <param name="Probability">That it is the right one, 0 to 1; calibrated.</param>
/// <param name="IsClear">Whether that suffices to say so.</param>
public readonly record struct NeedReading(int Topic, float Probability, bool IsClear);
