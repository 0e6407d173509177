namespace Engagement.Core.Events;

/// <summary>Names of members that the event contract knows. Pure; allocates nothing.</summary>
internal static class ContractMembers
{
    /// <summary>Members of the event itself that the collector writes anew.</summary>
    public static bool IsStamped(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 => name[0] == 'v',
        2 => name.SequenceEqual("id"u8),
        4 => name.SequenceEqual("site"u8) || name.SequenceEqual("type"u8),
        7 => name.SequenceEqual("visitor"u8) || name.SequenceEqual("privacy"u8),
        10 => name.SequenceEqual("occurredAt"u8) || name.SequenceEqual("receivedAt"u8),
        _ => false,
    };

    /// <summary>Members of the event or of one of its objects whose meaning is known: no name of theirs says that the value is secret.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => name.SequenceEqual("id"u8),
        3 => name.SequenceEqual("url"u8),
        4 => name.SequenceEqual("page"u8) || name.SequenceEqual("name"u8) || name.SequenceEqual("cart"u8),
        5 => name.SequenceEqual("title"u8) || name.SequenceEqual("query"u8) || name.SequenceEqual("price"u8) || name.SequenceEqual("scope"u8)
            || name.SequenceEqual("items"u8) || name.SequenceEqual("value"u8),
        6 => name.SequenceEqual("search"u8),
        7 => name.SequenceEqual("product"u8) || name.SequenceEqual("article"u8) || name.SequenceEqual("helpful"u8)
            || name.SequenceEqual("session"u8),
        8 => name.SequenceEqual("language"u8) || name.SequenceEqual("referrer"u8) || name.SequenceEqual("quantity"u8)
            || name.SequenceEqual("category"u8),
        11 => name.SequenceEqual("resultCount"u8),
        _ => false,
    };
}
