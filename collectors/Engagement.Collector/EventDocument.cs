namespace Engagement.Collector;

/// <summary>
/// An event as a client sends it: what OpenAPI describes. Never built, for the collector reads the bytes themselves; further members are preserved.
/// </summary>
/// <param name="Id">The sender's own, up to 128 bytes: a second event of the same id in a session is a duplicate.</param>
/// <param name="Visitor">Up to 256 bytes; stored only as a keyed hash that changes daily.</param>
/// <param name="Type">
/// page_viewed, product_viewed, product_list_viewed, search_performed, search_result_opened, article_viewed, article_rated, product_added,
/// product_removed, cart_viewed, checkout_started, checkout_step_completed, order_completed, form_error, rage_clicked, page_left, page_hidden,
/// heartbeat or custom; another name is kept, and counted without effect.
/// </param>
/// <param name="OccurredAt">RFC 3339, or a number of Unix milliseconds; by the sender's clock. When absent, the time of receipt.</param>
/// <param name="ReceivedAt">With a replay key only, and then needed.</param>
/// <param name="Name">The name of a custom event.</param>
public sealed record EventDocument(
    string Id, string Visitor, string Type, string? OccurredAt = null, string? ReceivedAt = null, string? Name = null, EventPage? Page = null, EventProduct? Product = null,
    EventCart? Cart = null, EventSearch? Search = null, EventArticle? Article = null, EventPrivacy? Privacy = null);

/// <param name="Language">A language tag, such as en-GB.</param>
public sealed record EventPage(string? Url = null, string? Title = null, string? Referrer = null, string? Language = null);

/// <param name="Id">Needed with product_viewed, product_added and product_removed.</param>
/// <param name="Price">Of one piece, in the site's currency.</param>
public sealed record EventProduct(string? Id = null, string? Name = null, string? Category = null, double? Price = null, int? Quantity = null);

public sealed record EventCart(int? Items = null, double? Value = null);

/// <param name="Query">Needed with search_performed.</param>
/// <param name="Scope">catalogue or help.</param>
public sealed record EventSearch(string? Query = null, int? ResultCount = null, string? Scope = null);

/// <param name="Id">Needed with article_viewed and article_rated.</param>
/// <param name="Helpful">Needed with article_rated.</param>
public sealed record EventArticle(string? Id = null, string? Title = null, bool? Helpful = null);

/// <summary>What the visitor has allowed or objected to. A browser's own Sec-GPC and DNT headers are added to it.</summary>
/// <param name="NoInvitation">True where she has said no to an invitation before: the session is listened to, and none is made in it (blocker <c>declined</c>).</param>
/// <param name="Bot">True where a server-side sender knows that its visitor is none: the event is counted, and nothing of it is kept.</param>
public sealed record EventPrivacy(bool? Consent = null, bool? Gpc = null, bool? Dnt = null, bool? NoInvitation = null, bool? Bot = null);
