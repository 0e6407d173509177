namespace Engagement.Core.Decisions;

/// <summary>The five states. Only the first two can ever be offered a conversation.</summary>
public enum VisitorState : byte
{
    /// <summary>Too little evidence for any other.</summary>
    Unknown = 0,

    /// <summary>Looking around with no sign of trouble: left alone, on positive evidence.</summary>
    Exploring,

    /// <summary>Getting where she is going: left alone.</summary>
    Progressing,

    /// <summary>A purpose, and evidence of hesitation over it.</summary>
    Purposeful,

    /// <summary>Searching and not finding.</summary>
    Floundering,
}

/// <summary>
/// What stands between a session and an offer, in the order of deciding: eligibility, contact policy, threshold, then what only the
/// delivery store can know at the moment of the offer. The wire code is the member's name in snake_case. Stable.
/// </summary>
[Flags]
public enum Blockers : uint
{
    None = 0,

    // Eligibility.
    SiteOff = 1 << 0,
    OutsideHours = 1 << 1,
    Objected = 1 << 2,
    ModelUnavailable = 1 << 3,
    PageExcluded = 1 << 4,
    LeftSite = 1 << 5,
    LanguageNotServed = 1 << 6,

    // Contact policy.
    Declined = 1 << 8,
    Ignored = 1 << 9,
    InConversation = 1 << 10,
    OfferOpen = 1 << 11,
    OfferLimit = 1 << 12,
    HeldOut = 1 << 13,

    // Threshold.
    Progressing = 1 << 16,
    Exploring = 1 << 17,
    NotEnoughEvidence = 1 << 18,
    BelowThreshold = 1 << 19,

    // At the moment of the offer, in this order.
    Stale = 1 << 24,
    NobodyFree = 1 << 25,
    OfferCap = 1 << 26,
    Holdout = 1 << 27,
    Observing = 1 << 28,
    AlreadyOffered = 1 << 29,
    Unavailable = 1 << 30,
}

/// <summary>Why a state was given. Wire code: the member's name in snake_case. Stable; texts by language in <c>ReasonTexts</c>.</summary>
[Flags]
public enum Reasons : uint
{
    None = 0,
    SimilarSearches = 1 << 0,
    RepeatedSearch = 1 << 1,
    NoResults = 1 << 2,
    NothingOpened = 1 << 3,
    QuickBacks = 1 << 4,
    PogoSticking = 1 << 5,
    ArticleHopping = 1 << 6,
    RatedNotHelpful = 1 << 7,
    RageClicks = 1 << 8,
    FormErrors = 1 << 9,
    ComparingProducts = 1 << 10,
    ReturningToProduct = 1 << 11,
    CartWaiting = 1 << 12,
    CartRemoved = 1 << 13,
    CheckoutHesitation = 1 << 14,
    CheckoutRetreat = 1 << 15,
    Stillness = 1 << 16,
    LikelyToBuy = 1 << 17,

    // Of being left alone.
    OrderCompleted = 1 << 20,
    ReadingAtLength = 1 << 21,
    RatedHelpful = 1 << 22,
    FoundResult = 1 << 23,
    CheckoutMoving = 1 << 24,
    LookingAround = 1 << 25,
    JustArrived = 1 << 26,
}
