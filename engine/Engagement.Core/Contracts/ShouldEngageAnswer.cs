using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;

namespace Engagement.Core.Contracts;

/// <summary>One number for each of the two states that can be offered a conversation; null where there is none.</summary>
public sealed record StateNumbers(double? Purposeful, double? Floundering);

/// <summary>Versions of the two models; null where one could not be loaded.</summary>
public sealed record ModelVersions(string? Purposeful, string? Floundering);

/// <summary>The answer to should-engage. Version 1.</summary>
public sealed record ShouldEngageAnswer
{
    public int V { get; init; } = 1;

    /// <summary>Null where no session of this visitor is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? DecisionId { get; init; }

    /// <summary>An invitation is open, or nothing stands against one.</summary>
    public required bool Engage { get; init; }
    public required VisitorState State { get; init; }

    /// <summary>Calibrated, 0 to 1.</summary>
    public required StateNumbers Probabilities { get; init; }
    public required ImmutableArray<CodedText> Reasons { get; init; }

    /// <summary>In the order of deciding; empty where <see cref="Engage"/>.</summary>
    public required ImmutableArray<CodedText> Blockers { get; init; }

    /// <summary>Single changes, each of which alone would lead to an offer.</summary>
    public required ImmutableArray<CodedText> WouldEngageIf { get; init; }

    /// <summary>For someone who searches in vain: what may answer her, whether or not a person is free. At most three, the best first.</summary>
    public required ImmutableArray<SuggestedArticle> Articles { get; init; }

    /// <summary>The open offer.</summary>
    public InvitationMessage? Invitation { get; init; }
    public required StateNumbers Threshold { get; init; }
    public required ModelVersions ModelVersion { get; init; }
    public required string PolicyVersion { get; init; }

    /// <summary>When the session was last decided; null where none is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Instant? AsOf { get; init; }

    /// <summary>Asking before this gives the same answer unless the visitor does something.</summary>
    public required Instant AskAgainAfter { get; init; }

    /// <summary>What a browser's publishable key gets.</summary>
    public BrowserAnswer ForBrowser() => new() { Engage = Engage, Invitation = Invitation, Articles = Articles, AskAgainAfter = AskAgainAfter };
}

/// <summary>The reduced answer for a browser: no state, no probability, no reason but those on the invitation itself.</summary>
public sealed record BrowserAnswer
{
    public int V { get; init; } = 1;
    public required bool Engage { get; init; }
    public InvitationMessage? Invitation { get; init; }
    public required ImmutableArray<SuggestedArticle> Articles { get; init; }
    public required Instant AskAgainAfter { get; init; }
}
