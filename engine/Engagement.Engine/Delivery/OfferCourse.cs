namespace Engagement.Engine.Delivery;

/// <summary>Marks of an offer's way, as stored.</summary>
[Flags]
internal enum OfferCourse
{
    None = 0,

    /// <summary>Unclaimed for a while, and told to all who fit.</summary>
    GoesOn = 1,

    /// <summary>Its agent disappeared, and it waited for another: once.</summary>
    CameBack = 2,

    /// <summary>The visitor opened it herself.</summary>
    Asked = 4,

    /// <summary>It was handed over: its card's agent is not the one that the card was written for.</summary>
    HandedOver = 8,
}

/// <summary>What an offer's marks mean to whoever reads its card. Pure.</summary>
internal static class OfferCourses
{
    /// <summary>Why an accepted card waits otherwise than as it says itself: <c>asked</c>, <c>transferred</c>, <c>agent_left</c> or <c>goes_on</c>; null where it does not.</summary>
    public static string? CauseOf(OfferCourse course) => course switch
    {
        OfferCourse.None => null,
        _ when (course & OfferCourse.GoesOn) != 0 => (course & OfferCourse.CameBack) != 0 ? DeliveryMessages.AgentLeft : DeliveryMessages.GoesOn,
        _ when (course & OfferCourse.HandedOver) != 0 => DeliveryMessages.Transferred,
        _ => DeliveryMessages.Asked,
    };

    /// <summary>To the agents: for whom it is kept, and why it waits; null where its card says so itself.</summary>
    public static byte[]? Queued(string site, Core.OfferId offer, string agent, OfferCourse course, Core.Instant until) =>
        CauseOf(course) is { } cause
            ? DeliveryMessages.CardQueued(site, offer, (course & OfferCourse.GoesOn) != 0 ? null : agent, cause, until)
            : null;
}
