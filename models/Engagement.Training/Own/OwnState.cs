using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Features;

namespace Engagement.Training.Own;

/// <summary>Which of the two states a site's own model is of, and so what counts as its outcome.</summary>
public enum OwnState
{
    /// <summary>P(an order comes later in the session).</summary>
    Purposeful,

    /// <summary>P(a session that searches ends with searches in vain, or with a conversation taken up).</summary>
    Floundering,
}

/// <summary>What an outcome record says of a session's end. Pure.</summary>
/// <remarks>
/// The row that is learnt from is the drawn one, from before any order or offer. The outcome is read from the record's last row. A conversation is an
/// intervention: who took one up had wished for help (floundering), but what she would have bought without it nobody knows (left out of purposeful). Somebody who
/// found the answer in a result list without opening anything counts as in vain: no event tells the two apart.
/// </remarks>
internal static class OwnOutcome
{
    /// <summary>Null where the session says nothing of this state.</summary>
    public static bool? Of(OutcomeRecord record, OwnState state)
    {
        var conversed = record.Offer is OfferStatus.Accepted or OfferStatus.Claimed or OfferStatus.Ended;
        if (state == OwnState.Purposeful) return conversed ? null : record.Orders > 0;
        if (!(record.Features[(int)Feature.Searches] > 0)) return null;
        return conversed || (record.Orders == 0 && record.Features[(int)Feature.FruitlessRun] > 0);
    }

    /// <summary>For the manifest.</summary>
    public static string InWords(OwnState state) => state == OwnState.Purposeful
        ? "an order later in the session, asked after each of its events"
        : "a session with searches ending with searches in vain or a conversation taken up, asked after each of its events";
}
