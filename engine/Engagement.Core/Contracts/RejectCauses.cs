namespace Engagement.Core.Contracts;

/// <summary>Why a reject cannot be sent again: codes that a record has in <c>notKept</c>, and two that come of looking.</summary>
public static class RejectCauses
{
    /// <summary>Consent was not seen, the page is not read, or the site drops members: as little is kept as of a payload.</summary>
    public const string NotPermitted = "not_permitted";

    /// <summary>GPC or DNT: nothing of hers is kept beyond what the visit needs.</summary>
    public const string Objected = "objected";

    /// <summary>Nobody could be found in it, so that nobody's erasure could reach it.</summary>
    public const string NoVisitor = "no_visitor";

    /// <summary>Longer than <see cref="Limits.RejectOriginalBytesMax"/>.</summary>
    public const string TooLarge = "too_large";

    /// <summary>Beyond <see cref="Limits.RejectOriginalsBytesMax"/> of its request.</summary>
    public const string TooMany = "too_many";

    /// <summary>The store that has the keys did not answer.</summary>
    public const string NoKey = "no_key";

    /// <summary>Sent by a replay, whose sender has the recording.</summary>
    public const string Replayed = "replayed";

    /// <summary>Written by an earlier version, which kept none.</summary>
    public const string Earlier = "earlier_version";

    /// <summary>Its visitor was forgotten, or its key has expired: what is kept can be opened by nobody.</summary>
    public const string KeyGone = "key_gone";
}
