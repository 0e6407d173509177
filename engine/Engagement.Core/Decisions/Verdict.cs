namespace Engagement.Core.Decisions;

/// <summary>What a decision is taken from. Hot: a ref struct over the worker's feature vector.</summary>
public readonly ref struct DecisionInputs
{
    /// <summary>Vector of <see cref="Features.FeatureSchema.Count"/> values as of <see cref="Now"/>.</summary>
    public required ReadOnlySpan<float> Features { get; init; }

    /// <summary>Calibrated; NaN when the model is unavailable.</summary>
    public required float Purposeful { get; init; }

    /// <summary>Calibrated; NaN when the model is unavailable.</summary>
    public required float Floundering { get; init; }
    public required Instant Now { get; init; }
    public required PrivacyScope Privacy { get; init; }
    public required OfferStatus Offer { get; init; }
    public required int OffersMade { get; init; }

    /// <summary>The page she is on is one never to be interrupted.</summary>
    public required bool PageExcluded { get; init; }

    /// <summary>The last event said that she left the site.</summary>
    public required bool LeftSite { get; init; }

    /// <summary>Her language is not among the site's.</summary>
    public required bool LanguageNotServed { get; init; }

    /// <summary>She said no before this session.</summary>
    public required bool HasRefused { get; init; }
}

/// <summary>State, reasons and blockers of one step. <see cref="Blockers.None"/> means: wish for an offer.</summary>
public readonly record struct Verdict(VisitorState State, Reasons Reasons, Blockers Blockers);
