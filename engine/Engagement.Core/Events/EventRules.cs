namespace Engagement.Core.Events;

/// <summary>What an event must hold, beyond being well-formed. Pure; allocates nothing.</summary>
internal static class EventRules
{
    /// <summary>Of a record of the log: what the pipeline builds on.</summary>
    public static EventReadError CheckRecord(in VisitorEvent e, out string? field)
    {
        if (e.SchemaVersion > VisitorEventReader.CurrentVersion) return Fault(EventReadError.UnsupportedVersion, "v", out field);
        if (e.TypeName.IsEmpty) return Fault(EventReadError.MissingType, "type", out field);
        if (e.ReceivedAt == Instant.Start) return Fault(EventReadError.MissingField, "receivedAt", out field);
        field = null;
        if (e.Type == EventType.Tick) return EventReadError.None;
        if (e.Id.IsEmpty) return Fault(EventReadError.MissingId, "id", out field);
        if (e.Site.IsEmpty) return Fault(EventReadError.MissingField, "site", out field);
        if (e.Visitor.IsEmpty) return Fault(EventReadError.MissingVisitor, "visitor", out field);
        var speaksOfOffer = e.Type is >= EventType.InvitationOffered and <= EventType.ChatEnded;
        return speaksOfOffer && e.OfferOrdinal == 0 ? Fault(EventReadError.MissingField, "offer", out field) : EventReadError.None;
    }

    /// <summary>Of what a client sent: identity, a type that it may send, and what that type needs.</summary>
    public static EventReadError CheckClient(in VisitorEvent e, out string? field)
    {
        if (e.SchemaVersion > VisitorEventReader.CurrentVersion) return Fault(EventReadError.UnsupportedVersion, "v", out field);
        if (e.Id.IsEmpty) return Fault(EventReadError.MissingId, "id", out field);
        if (e.TypeName.IsEmpty) return Fault(EventReadError.MissingType, "type", out field);
        if (e.Type >= EventTypeNames.FirstReserved) return Fault(EventReadError.ReservedType, "type", out field);
        if (e.Type == EventType.Unknown && !IsTypeName(e.TypeName)) return Fault(EventReadError.InvalidField, "type", out field);
        if (e.Visitor.IsEmpty) return Fault(EventReadError.MissingVisitor, "visitor", out field);
        field = MissingFieldOf(e);
        return field is null ? EventReadError.None : EventReadError.MissingField;
    }

    private static string? MissingFieldOf(in VisitorEvent e) => e.Type switch
    {
        EventType.SearchPerformed when e.Query.IsEmpty => "search.query",
        EventType.ProductViewed or EventType.ProductAdded or EventType.ProductRemoved when e.ProductId.IsEmpty => "product.id",
        EventType.ArticleViewed or EventType.ArticleRated when e.ArticleId.IsEmpty => "article.id",
        EventType.ArticleRated when e.Helpful == 0 => "article.helpful",
        _ => null,
    };

    /// <summary>ASCII letters, digits and <c>_ - . : /</c>: a name of a type, where no text about a person can hide.</summary>
    private static bool IsTypeName(ReadOnlySpan<byte> name)
    {
        foreach (var b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && !"_-.:/"u8.Contains(b)) return false;
        }
        return true;
    }

    private static EventReadError Fault(EventReadError error, string name, out string? field)
    {
        field = name;
        return error;
    }
}
