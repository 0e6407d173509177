namespace Engagement.Core.Decisions;

/// <summary>What things cost the operator, in one currency, and how busy the site is. Immutable.</summary>
/// <param name="AgentMinute">A minute of an agent's time; 0 to 1,000.</param>
/// <param name="Interruption">An offer to somebody who needed nothing; 0 to 10,000.</param>
/// <param name="LostVisitor">Somebody who needed a person and got none; 0 to 1,000,000.</param>
/// <param name="MinutesPerConversation">Above 0, at most 600.</param>
/// <param name="SessionsPerHour">Above 0, at most 10,000,000.</param>
public sealed record OperatingCosts(double AgentMinute, double Interruption, double LostVisitor, double MinutesPerConversation, double SessionsPerHour)
{
    /// <summary>Share of offers that are taken, by whoever gets one; above 0, at most 1. Default 1: the dear side for agents' time.</summary>
    public double AcceptedShare { get; init; } = 1;

    /// <summary>Share of the site's sessions that need a person, where it is known to differ from the evaluation's; above 0, below 1. Default: the evaluation's.</summary>
    public double? NeedingShare { get; init; }

    /// <summary>The first value out of its bounds, and what is allowed; null when all are well.</summary>
    public (string Field, string Allowed)? Validate() => this switch
    {
        { AgentMinute: not (>= 0 and <= 1000) } => ("agentMinute", "a number from 0 to 1000"),
        { Interruption: not (>= 0 and <= 10_000) } => ("interruption", "a number from 0 to 10000"),
        { LostVisitor: not (>= 0 and <= 1_000_000) } => ("lostVisitor", "a number from 0 to 1000000"),
        { MinutesPerConversation: not (> 0 and <= 600) } => ("minutes", "a number above 0, at most 600"),
        { SessionsPerHour: not (> 0 and <= 10_000_000) } => ("sessionsAnHour", "a number above 0, at most 10000000"),
        { AcceptedShare: not (> 0 and <= 1) } => ("accepted", "a number above 0, at most 1"),
        { NeedingShare: not (null or (> 0 and < 1)) } => ("needing", "a number above 0 and below 1"),
        _ => null,
    };

    /// <summary>An offer to somebody who needs it: time where it is taken, a lost visitor where it is not.</summary>
    internal double OfNeededOffer => AcceptedShare * AgentMinute * MinutesPerConversation + (1 - AcceptedShare) * LostVisitor;

    /// <summary>An offer to somebody who needs none: the interruption, and time where it is taken all the same.</summary>
    internal double OfNeedlessOffer => Interruption + AcceptedShare * AgentMinute * MinutesPerConversation;

    /// <summary>
    /// The probability from which on an offer is worth its cost, were every probability exactly true; above 1: none ever is. Needless offers at q of them
    /// cost what the needed ones save: i + a·q·m = p·q·L + p·i.
    /// </summary>
    public double BreakEven => OfNeedlessOffer == 0 ? 0 : OfNeedlessOffer / (Interruption + AcceptedShare * LostVisitor);
}
