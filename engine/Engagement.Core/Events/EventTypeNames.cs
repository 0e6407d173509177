namespace Engagement.Core.Events;

/// <summary>Wire names of <see cref="EventType"/>: snake_case of the member. Allocates nothing; thread-safe.</summary>
public static class EventTypeNames
{
    /// <summary>The first type that only the engine writes; all below it may come with a write key.</summary>
    public const EventType FirstReserved = EventType.InvitationOffered;

    /// <summary><see cref="EventType.Unknown"/> for a name that this version does not know. Hot: one length, then one or two comparisons.</summary>
    public static EventType Parse(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => name.SequenceEqual("tick"u8) ? EventType.Tick : EventType.Unknown,
        6 => name.SequenceEqual("custom"u8) ? EventType.Custom : EventType.Unknown,
        9 => OneOf(name, "heartbeat"u8, EventType.Heartbeat, "page_left"u8, EventType.PageLeft),
        10 => OneOf(name, "form_error"u8, EventType.FormError, "chat_ended"u8, EventType.ChatEnded),
        11 => name.SequenceEqual("page_viewed"u8) ? EventType.PageViewed
            : OneOf(name, "cart_viewed"u8, EventType.CartViewed, "page_hidden"u8, EventType.PageHidden),
        12 => OneOf(name, "rage_clicked"u8, EventType.RageClicked, "chat_claimed"u8, EventType.ChatClaimed),
        13 => OneOf(name, "product_added"u8, EventType.ProductAdded, "article_rated"u8, EventType.ArticleRated),
        14 => Parse14(name),
        15 => OneOf(name, "product_removed"u8, EventType.ProductRemoved, "order_completed"u8, EventType.OrderCompleted),
        16 => name.SequenceEqual("search_performed"u8) ? EventType.SearchPerformed
            : name.SequenceEqual("invitation_asked"u8) ? EventType.InvitationAsked
            : OneOf(name, "checkout_started"u8, EventType.CheckoutStarted, "invitation_shown"u8, EventType.InvitationShown),
        18 => OneOf(name, "invitation_offered"u8, EventType.InvitationOffered, "invitation_ignored"u8, EventType.InvitationIgnored),
        19 => Parse19(name),
        20 => OneOf(name, "search_result_opened"u8, EventType.SearchResultOpened, "invitation_withdrawn"u8, EventType.InvitationWithdrawn),
        23 => name.SequenceEqual("checkout_step_completed"u8) ? EventType.CheckoutStepCompleted : EventType.Unknown,
        _ => EventType.Unknown,
    };

    /// <summary>Empty for <see cref="EventType.Unknown"/> and values outside the enum.</summary>
    public static ReadOnlySpan<byte> Utf8(EventType type) => type switch
    {
        EventType.PageViewed => "page_viewed"u8,
        EventType.ProductViewed => "product_viewed"u8,
        EventType.ProductListViewed => "product_list_viewed"u8,
        EventType.SearchPerformed => "search_performed"u8,
        EventType.SearchResultOpened => "search_result_opened"u8,
        EventType.ArticleViewed => "article_viewed"u8,
        EventType.ArticleRated => "article_rated"u8,
        EventType.ProductAdded => "product_added"u8,
        EventType.ProductRemoved => "product_removed"u8,
        EventType.CartViewed => "cart_viewed"u8,
        EventType.CheckoutStarted => "checkout_started"u8,
        EventType.CheckoutStepCompleted => "checkout_step_completed"u8,
        EventType.OrderCompleted => "order_completed"u8,
        EventType.FormError => "form_error"u8,
        EventType.RageClicked => "rage_clicked"u8,
        EventType.PageLeft => "page_left"u8,
        EventType.PageHidden => "page_hidden"u8,
        EventType.Heartbeat => "heartbeat"u8,
        EventType.Custom => "custom"u8,
        EventType.InvitationOffered => "invitation_offered"u8,
        EventType.InvitationWithheld => "invitation_withheld"u8,
        EventType.InvitationShown => "invitation_shown"u8,
        EventType.InvitationAccepted => "invitation_accepted"u8,
        EventType.InvitationDeclined => "invitation_declined"u8,
        EventType.InvitationIgnored => "invitation_ignored"u8,
        EventType.InvitationWithdrawn => "invitation_withdrawn"u8,
        EventType.ChatClaimed => "chat_claimed"u8,
        EventType.ChatUnclaimed => "chat_unclaimed"u8,
        EventType.ChatEnded => "chat_ended"u8,
        EventType.InvitationAsked => "invitation_asked"u8,
        EventType.Tick => "tick"u8,
        EventType.VisitorErased => "visitor_erased"u8,
        _ => [],
    };

    private static EventType Parse14(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("product_viewed"u8) ? EventType.ProductViewed
        : name.SequenceEqual("article_viewed"u8) ? EventType.ArticleViewed
        : OneOf(name, "chat_unclaimed"u8, EventType.ChatUnclaimed, "visitor_erased"u8, EventType.VisitorErased);

    private static EventType Parse19(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("product_list_viewed"u8) ? EventType.ProductListViewed
        : name.SequenceEqual("invitation_withheld"u8) ? EventType.InvitationWithheld
        : OneOf(name, "invitation_accepted"u8, EventType.InvitationAccepted, "invitation_declined"u8, EventType.InvitationDeclined);

    private static EventType OneOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> a, EventType typeA, ReadOnlySpan<byte> b, EventType typeB) =>
        name.SequenceEqual(a) ? typeA : name.SequenceEqual(b) ? typeB : EventType.Unknown;
}
