using System.Collections.Immutable;
using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Features;
using Engagement.Core.Sites;

namespace Engagement.Core.Contracts;

/// <summary>
/// A record of <see cref="Topics.Decisions"/>: written when a session's verdict or blockers change, silence included. Version 1. Its id is the same
/// whenever the step is decided again, so that readers drop what they have twice; where two of one id differ, the one of the higher epoch stands.
/// </summary>
public sealed record DecisionRecord
{
    public int V { get; init; } = 1;
    public required string Id { get; init; }
    /// <summary>Of the partition's owner that decided: one that had lost the partition may still have written, and is overruled.</summary>
    public required long Epoch { get; init; }
    public required string Site { get; init; }

    /// <summary>The visitor's key of the day, 32 hexadecimal digits: what the erasure index hides by.</summary>
    public required string Visitor { get; init; }
    public required Instant At { get; init; }

    /// <summary>Decided because time passed, not because something happened.</summary>
    public required bool ByTimer { get; init; }
    public required VisitorState State { get; init; }
    public required StateNumbers Probabilities { get; init; }
    public required StateNumbers Threshold { get; init; }
    public required ImmutableArray<string> Reasons { get; init; }
    public required ImmutableArray<string> Blockers { get; init; }

    /// <summary>How the session's latest offer stands.</summary>
    public required OfferStatus OfferStatus { get; init; }

    /// <summary>Id of the latest offer; null before the first.</summary>
    public string? Offer { get; init; }
    public required ModelVersions ModelVersion { get; init; }
    public required string PolicyVersion { get; init; }

    /// <summary><see cref="FeatureSchema.Hash"/> of the vector that was decided on.</summary>
    public required string FeatureSchema { get; init; }

    public static DecisionRecord From(in DecisionChange change, SiteModel site, long epoch) => new()
    {
        Id = change.Id.ToString(),
        Epoch = epoch,
        Site = change.Site,
        Visitor = change.Visitor.ToString(),
        At = change.At,
        ByTimer = change.ByTimer,
        State = change.State,
        Probabilities = new StateNumbers(Numbers.OrNull(change.Purposeful), Numbers.OrNull(change.Floundering)),
        Threshold = new StateNumbers(Numbers.OrNull(site.Policy.PurposefulThreshold), Numbers.OrNull(site.Policy.FlounderingThreshold)),
        Reasons = Codes.Of(Codes.Split(change.Reasons)),
        Blockers = Codes.Of(Codes.Split(change.Blockers)),
        OfferStatus = change.Offer,
        Offer = change.OfferOrdinal > 0 ? new OfferId(change.Id.Session, change.OfferOrdinal).ToString() : null,
        ModelVersion = new ModelVersions(site.Purposeful?.Version, site.Floundering?.Version),
        PolicyVersion = site.Policy.Version,
        FeatureSchema = Features.FeatureSchema.Hash,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Default.DecisionRecord);
}

/// <summary>Floats as JSON has them: NaN and infinities become null, noise beyond four places goes.</summary>
internal static class Numbers
{
    public static double? OrNull(float value, int digits = 4) => float.IsFinite(value) ? Math.Round(value, digits) : null;
}
