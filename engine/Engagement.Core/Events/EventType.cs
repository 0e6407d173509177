namespace Engagement.Core.Events;

/// <summary>The closed set of canonical event types. The wire name is the member's name in snake_case.</summary>
public enum EventType : byte
{
    /// <summary>A type this version does not know: preserved in the log, counted, without effect on the session but that something happened.</summary>
    Unknown = 0,
    PageViewed,
    ProductViewed,
    ProductListViewed,
    SearchPerformed,
    SearchResultOpened,
    ArticleViewed,
    ArticleRated,
    ProductAdded,
    ProductRemoved,
    CartViewed,
    CheckoutStarted,
    CheckoutStepCompleted,
    OrderCompleted,
    FormError,
    RageClicked,
    PageLeft,
    PageHidden,
    Heartbeat,
    Custom,

    // Outcomes of invitations and chats: written by the engine, never accepted from a write key.

    /// <summary>An offer was made: its lease is held and its invitation sent. Carries <c>offer</c> and <c>step</c>.</summary>
    InvitationOffered = 32,

    /// <summary>An offer would have been made but for the holdout or observe mode. Carries <c>offer</c>, <c>step</c> and <c>cause</c>.</summary>
    InvitationWithheld,
    InvitationShown,
    InvitationAccepted,
    InvitationDeclined,
    InvitationIgnored,
    InvitationWithdrawn,
    ChatClaimed,
    ChatUnclaimed,
    ChatEnded,

    /// <summary>The site's own server asked for an offer now (<c>POST /v1/invitations</c>): a sign of presence, decided at once, counted in no feature.</summary>
    InvitationAsked,

    // The log's own.

    /// <summary>Time passed and nothing else: written by an idle partition's worker where a timer is due, so that the log alone tells what time it was.</summary>
    Tick = 64,

    /// <summary>The visitor asked to be forgotten: the session ends here without an outcome row.</summary>
    VisitorErased,
}
