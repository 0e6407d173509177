namespace Engagement.Core.Events;

/// <summary>Where a search looked.</summary>
public enum SearchScope : byte { Unspecified = 0, Catalogue, Help }

/// <summary>What the visitor has allowed or objected to, as the sender or the browser said it.</summary>
[Flags]
public enum PrivacySignals : byte
{
    None = 0,
    ConsentGiven = 1,
    ConsentRefused = 2,

    /// <summary><c>Sec-GPC: 1</c>: help in the session stays possible; no training row, nothing kept past the session.</summary>
    GlobalPrivacyControl = 4,

    /// <summary><c>DNT: 1</c>: an objection; no scoring unless the site says <c>ignore</c>.</summary>
    DoNotTrack = 8,

    /// <summary>She said no to an invitation before, on this device: none is made in this session. What else may be done does not change.</summary>
    NoInvitation = 16,

    /// <summary>No human: as a server-side sender says it, or as the door saw it by its pace. Nothing of such a session is scored or offered.</summary>
    NotHuman = 32,
}

/// <summary>
/// One canonical event as read from UTF-8 JSON. Text fields are unescaped UTF-8 that lives as long as the reader's next call and the input
/// buffer; absent text is empty. Hot: a ref struct, never boxed, nothing allocated.
/// </summary>
public ref struct VisitorEvent
{
    public EventType Type;

    /// <summary>Hash of <see cref="Id"/>; the dedupe key within a session.</summary>
    public EventKey Key;

    /// <summary>The visitor's key in log records; default in client input, where <see cref="Visitor"/> has the raw id.</summary>
    public VisitorKey VisitorKey;

    /// <summary>By the sender's clock; unclamped. <see cref="Instant.Start"/> when absent (client input only).</summary>
    public Instant OccurredAt;

    /// <summary>By the collector's clock; <see cref="Instant.Start"/> when absent.</summary>
    public Instant ReceivedAt;

    /// <summary>Schema version <c>v</c>; 0 when absent.</summary>
    public int SchemaVersion;

    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Site;
    public ReadOnlySpan<byte> Visitor;

    /// <summary>The wire name of the type, also when <see cref="Type"/> is Unknown or Custom (then <c>name</c>, if sent, wins).</summary>
    public ReadOnlySpan<byte> TypeName;

    public ReadOnlySpan<byte> PageUrl;
    public ReadOnlySpan<byte> PageTitle;
    public ReadOnlySpan<byte> PageLanguage;

    public ReadOnlySpan<byte> ProductId;
    public ReadOnlySpan<byte> ProductName;
    public ReadOnlySpan<byte> ProductCategory;

    /// <summary>Price of one piece in the site's currency; NaN when absent.</summary>
    public double ProductPrice;

    /// <summary>Pieces; 1 when absent.</summary>
    public int ProductQuantity;

    /// <summary>Pieces in the cart as the site says it; -1 when absent.</summary>
    public int CartItems;

    /// <summary>Value of the cart as the site says it; NaN when absent.</summary>
    public double CartValue;

    public ReadOnlySpan<byte> Query;

    /// <summary>Results that the search showed; -1 when not said.</summary>
    public int ResultCount;
    public SearchScope Scope;

    public ReadOnlySpan<byte> ArticleId;
    public ReadOnlySpan<byte> ArticleTitle;

    /// <summary>An article's rating: 1 helpful, -1 not helpful, 0 not said.</summary>
    public sbyte Helpful;

    public PrivacySignals Privacy;

    /// <summary>Ordinal of the offer that an invitation event speaks of; 0 when none.</summary>
    public int OfferOrdinal;

    /// <summary>Session of the offer that an invitation event speaks of.</summary>
    public SessionId OfferSession;

    /// <summary>Step at which the offer was decided (invitation_offered and invitation_withheld); 0 when none.</summary>
    public int OfferStep;

    /// <summary>Epoch of the partition's owner that wrote the record (an offer's, or a taking's); 0 when none is named.</summary>
    public long Epoch;

    /// <summary>When the offer's lease lapses; <see cref="Instant.Start"/> when none.</summary>
    public Instant OfferExpiresAt;

    /// <summary>Why an offer was withheld or withdrawn: a stable code; empty when none.</summary>
    public ReadOnlySpan<byte> Cause;
}

/// <summary>Why bytes could not be read as an event. The code on the wire is the member's name in snake_case.</summary>
public enum EventReadError : byte
{
    None = 0,

    /// <summary>Not JSON, or JSON cut short, or not an object.</summary>
    MalformedJson,
    InvalidUtf8,
    TooDeep,
    EventTooLarge,
    MissingId,
    MissingType,
    MissingVisitor,

    /// <summary>A field has the wrong JSON type, or a value out of its range; <see cref="EventReadResult.Field"/> names it.</summary>
    InvalidField,

    /// <summary>A field's text is longer than its limit.</summary>
    FieldTooLong,
    InvalidTimestamp,

    /// <summary>A type that only the engine writes, sent with a write key.</summary>
    ReservedType,

    /// <summary>A field that its type needs is missing (a search without query, say).</summary>
    MissingField,

    /// <summary>Schema version later than this reader knows how to refuse politely.</summary>
    UnsupportedVersion,
}

/// <summary>How a read ended. <paramref name="Field"/> is the JSON path of the field at fault (such as <c>search.query</c>), null when none.</summary>
public readonly record struct EventReadResult(EventReadError Error, string? Field, int ByteOffset)
{
    public bool IsOk => Error == EventReadError.None;
    public static readonly EventReadResult Ok = new(EventReadError.None, null, 0);
}
