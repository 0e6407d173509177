using System.Buffers.Text;
using System.Text.Unicode;

namespace Engagement.Core.Events;

/// <summary>
/// Reads one event from UTF-8 JSON. Reuses its own scratch: what a read gave is valid until the next read and as long as the input stands.
/// Hot: allocates nothing, on success or on failure; throws for no input. Not thread-safe.
/// <para>Unknown members are checked for their form and passed over; of a member given twice the last counts; null is as absent.</para>
/// </summary>
public sealed class VisitorEventReader
{
    /// <summary>The schema version that is written; it and the one before are read.</summary>
    public const int CurrentVersion = 1;

    private readonly byte[] _scratch = new byte[Limits.RecordBytesMax];
    private bool _isClient;
    private string? _field;

    /// <summary>Reads a record of <see cref="Contracts.Topics.Events"/>, where the collector or the engine wrote it.</summary>
    public EventReadResult TryRead(ReadOnlySpan<byte> json, out VisitorEvent e)
    {
        _isClient = false;
        e = default;
        return Read(json, Limits.RecordBytesMax, ref e);
    }

    /// <summary>
    /// Reads what a client sent, with every limit and every field that its type needs. <see cref="VisitorEvent.Visitor"/> is the raw id;
    /// whether <see cref="VisitorEvent.Site"/> is the key's site is the caller's to check.
    /// </summary>
    public EventReadResult ReadClient(ReadOnlySpan<byte> json, out VisitorEvent e)
    {
        _isClient = true;
        e = default;
        return Read(json, Limits.EventBytesMax, ref e);
    }

    private EventReadResult Read(ReadOnlySpan<byte> json, int bytesMax, ref VisitorEvent e)
    {
        _field = null;
        (e.OccurredAt, e.ReceivedAt, e.OfferExpiresAt) = (Instant.Start, Instant.Start, Instant.Start);
        (e.ProductPrice, e.ProductQuantity, e.CartItems, e.CartValue, e.ResultCount) = (double.NaN, 1, -1, double.NaN, -1);
        if (json.Length > bytesMax) return new EventReadResult(EventReadError.EventTooLarge, null, bytesMax);
        if (!Utf8.IsValid(json)) return new EventReadResult(EventReadError.InvalidUtf8, null, 0);

        var scanner = new JsonScanner(json, _scratch);
        if (!TryReadRoot(ref scanner, ref e)) return new EventReadResult(scanner.Error, _field, scanner.At);
        e.Key = new EventKey(Identifiers.Hash64(e.Id));
        if (!_isClient && !e.Visitor.IsEmpty && !VisitorKey.TryParse(e.Visitor, out e.VisitorKey))
        {
            return new EventReadResult(EventReadError.InvalidField, "visitor", 0);
        }
        var error = _isClient ? EventRules.CheckClient(e, out _field) : EventRules.CheckRecord(e, out _field);
        return error == EventReadError.None ? EventReadResult.Ok : new EventReadResult(error, _field, 0);
    }

    private bool TryReadRoot(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!s.TryEnterObject()) return false;
        var isFirst = true;
        ReadOnlySpan<byte> customName = default;
        while (s.NextMember(ref isFirst, out var name))
        {
            if (!TryReadMember(ref s, name, ref e, ref customName)) return false;
        }
        if (s.Error != EventReadError.None || !s.TryEnd()) return false;
        e.Type = EventTypeNames.Parse(e.TypeName);
        if (e.Type == EventType.Custom && !customName.IsEmpty) e.TypeName = customName;
        return true;
    }

    private bool TryReadMember(scoped ref JsonScanner s, scoped ReadOnlySpan<byte> name, scoped ref VisitorEvent e, scoped ref ReadOnlySpan<byte> customName)
    {
        switch (name.Length)
        {
            case 1 when name[0] == 'v': return TryReadInt(ref s, ref e.SchemaVersion, 0, "v");
            case 2 when name.SequenceEqual("id"u8): return TryReadText(ref s, ref e.Id, Limits.EventIdBytesMax, "id");
            case 4 when name.SequenceEqual("site"u8): return TryReadText(ref s, ref e.Site, Limits.SiteIdBytesMax, "site");
            case 4 when name.SequenceEqual("type"u8): return TryReadText(ref s, ref e.TypeName, Limits.EventIdBytesMax, "type");
            case 4 when name.SequenceEqual("page"u8): return TryReadPage(ref s, ref e);
            case 4 when name.SequenceEqual("cart"u8): return TryReadCart(ref s, ref e);
            case 4 when name.SequenceEqual("name"u8): return TryReadText(ref s, ref customName, Limits.NameBytesMax, "name");
            case 6 when name.SequenceEqual("search"u8): return TryReadSearch(ref s, ref e);
            case 7 when name.SequenceEqual("visitor"u8): return TryReadText(ref s, ref e.Visitor, Limits.VisitorIdBytesMax, "visitor");
            case 7 when name.SequenceEqual("product"u8): return TryReadProduct(ref s, ref e);
            case 7 when name.SequenceEqual("article"u8): return TryReadArticle(ref s, ref e);
            case 7 when name.SequenceEqual("privacy"u8): return TryReadPrivacy(ref s, ref e);
            case 10 when name.SequenceEqual("occurredAt"u8): return TryReadTime(ref s, ref e.OccurredAt, "occurredAt");
            case 10 when name.SequenceEqual("receivedAt"u8): return TryReadTime(ref s, ref e.ReceivedAt, "receivedAt");
            case 4 when name.SequenceEqual("step"u8) && IsEngines(e): return TryReadInt(ref s, ref e.OfferStep, 0, "step");
            case 5 when name.SequenceEqual("epoch"u8) && IsEngines(e): return TryReadEpoch(ref s, ref e.Epoch);
            case 5 when name.SequenceEqual("offer"u8) && IsEngines(e): return TryReadOffer(ref s, ref e);
            case 5 when name.SequenceEqual("cause"u8) && IsEngines(e): return TryReadText(ref s, ref e.Cause, Limits.NameBytesMax, "cause");
            case 9 when name.SequenceEqual("expiresAt"u8) && IsEngines(e): return TryReadTime(ref s, ref e.OfferExpiresAt, "expiresAt");
            default: return s.TrySkipValue(depth: 1);
        }
    }

    /// <summary>Members of engine records mean nothing in a client's event, which may use the names; the engine writes the type before them.</summary>
    private bool IsEngines(in VisitorEvent e) => !_isClient && EventTypeNames.Parse(e.TypeName) >= EventTypeNames.FirstReserved;

    private bool TryReadPage(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!TryEnter(ref s, "page", out var isEmpty)) return isEmpty;
        var isFirst = true;
        ReadOnlySpan<byte> referrer = default;
        while (s.NextMember(ref isFirst, out var name))
        {
            var ok = name.Length switch
            {
                3 when name.SequenceEqual("url"u8) => TryReadText(ref s, ref e.PageUrl, Limits.UrlBytesMax, "page.url"),
                5 when name.SequenceEqual("title"u8) => TryReadText(ref s, ref e.PageTitle, Limits.TitleBytesMax, "page.title"),
                8 when name.SequenceEqual("language"u8) => TryReadText(ref s, ref e.PageLanguage, Limits.SiteIdBytesMax, "page.language"),
                8 when name.SequenceEqual("referrer"u8) => TryReadText(ref s, ref referrer, Limits.UrlBytesMax, "page.referrer"),
                _ => s.TrySkipValue(depth: 2),
            };
            if (!ok) return false;
        }
        return s.Error == EventReadError.None;
    }

    private bool TryReadProduct(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!TryEnter(ref s, "product", out var isEmpty)) return isEmpty;
        var isFirst = true;
        while (s.NextMember(ref isFirst, out var name))
        {
            var ok = name.Length switch
            {
                2 when name.SequenceEqual("id"u8) => TryReadText(ref s, ref e.ProductId, Limits.ProductIdBytesMax, "product.id"),
                4 when name.SequenceEqual("name"u8) => TryReadText(ref s, ref e.ProductName, Limits.NameBytesMax, "product.name"),
                5 when name.SequenceEqual("price"u8) => TryReadAmount(ref s, ref e.ProductPrice, "product.price"),
                8 when name.SequenceEqual("category"u8) => TryReadText(ref s, ref e.ProductCategory, Limits.NameBytesMax, "product.category"),
                8 when name.SequenceEqual("quantity"u8) => TryReadInt(ref s, ref e.ProductQuantity, 1, "product.quantity"),
                _ => s.TrySkipValue(depth: 2),
            };
            if (!ok) return false;
        }
        return s.Error == EventReadError.None;
    }

    private bool TryReadCart(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!TryEnter(ref s, "cart", out var isEmpty)) return isEmpty;
        var isFirst = true;
        while (s.NextMember(ref isFirst, out var name))
        {
            var ok = name.Length switch
            {
                5 when name.SequenceEqual("items"u8) => TryReadInt(ref s, ref e.CartItems, -1, "cart.items"),
                5 when name.SequenceEqual("value"u8) => TryReadAmount(ref s, ref e.CartValue, "cart.value"),
                _ => s.TrySkipValue(depth: 2),
            };
            if (!ok) return false;
        }
        return s.Error == EventReadError.None;
    }

    private bool TryReadSearch(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!TryEnter(ref s, "search", out var isEmpty)) return isEmpty;
        var isFirst = true;
        while (s.NextMember(ref isFirst, out var name))
        {
            var ok = name.Length switch
            {
                5 when name.SequenceEqual("query"u8) => TryReadText(ref s, ref e.Query, Limits.QueryBytesMax, "search.query"),
                5 when name.SequenceEqual("scope"u8) => TryReadScope(ref s, ref e.Scope),
                11 when name.SequenceEqual("resultCount"u8) => TryReadInt(ref s, ref e.ResultCount, -1, "search.resultCount"),
                _ => s.TrySkipValue(depth: 2),
            };
            if (!ok) return false;
        }
        return s.Error == EventReadError.None;
    }

    private bool TryReadArticle(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!TryEnter(ref s, "article", out var isEmpty)) return isEmpty;
        var isFirst = true;
        while (s.NextMember(ref isFirst, out var name))
        {
            bool? helpful = null;
            var ok = name.Length switch
            {
                2 when name.SequenceEqual("id"u8) => TryReadText(ref s, ref e.ArticleId, Limits.ProductIdBytesMax, "article.id"),
                5 when name.SequenceEqual("title"u8) => TryReadText(ref s, ref e.ArticleTitle, Limits.TitleBytesMax, "article.title"),
                7 when name.SequenceEqual("helpful"u8) => TryReadFlag(ref s, ref helpful, "article.helpful"),
                _ => s.TrySkipValue(depth: 2),
            };
            if (!ok) return false;
            if (helpful is { } said) e.Helpful = said ? (sbyte)1 : (sbyte)-1;
        }
        return s.Error == EventReadError.None;
    }

    private bool TryReadPrivacy(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        if (!TryEnter(ref s, "privacy", out var isEmpty)) return isEmpty;
        var isFirst = true;
        bool? consent = null, gpc = null, dnt = null, noInvitation = null, bot = null;
        while (s.NextMember(ref isFirst, out var name))
        {
            var ok = name.Length switch
            {
                7 when name.SequenceEqual("consent"u8) => TryReadFlag(ref s, ref consent, "privacy.consent"),
                3 when name.SequenceEqual("gpc"u8) => TryReadFlag(ref s, ref gpc, "privacy.gpc"),
                3 when name.SequenceEqual("dnt"u8) => TryReadFlag(ref s, ref dnt, "privacy.dnt"),
                12 when name.SequenceEqual("noInvitation"u8) => TryReadFlag(ref s, ref noInvitation, "privacy.noInvitation"),
                3 when name.SequenceEqual("bot"u8) => TryReadFlag(ref s, ref bot, "privacy.bot"),
                _ => s.TrySkipValue(depth: 2),
            };
            if (!ok) return false;
        }
        e.Privacy = (consent switch { true => PrivacySignals.ConsentGiven, false => PrivacySignals.ConsentRefused, null => PrivacySignals.None })
            | (gpc == true ? PrivacySignals.GlobalPrivacyControl : PrivacySignals.None)
            | (dnt == true ? PrivacySignals.DoNotTrack : PrivacySignals.None)
            | (noInvitation == true ? PrivacySignals.NoInvitation : PrivacySignals.None)
            | (bot == true ? PrivacySignals.NotHuman : PrivacySignals.None);
        return s.Error == EventReadError.None;
    }

    /// <summary>False also for null, which is read as an object without members: then <paramref name="isNull"/>.</summary>
    private bool TryEnter(scoped ref JsonScanner s, string field, out bool isNull)
    {
        isNull = s.Kind == JsonKind.Null && s.TryReadLiteral();
        if (isNull) return false;
        if (s.Kind == JsonKind.Object) return s.TryEnterObject();
        return FailKind(ref s, field);
    }

    private bool TryReadText(scoped ref JsonScanner s, scoped ref ReadOnlySpan<byte> text, int bytesMax, string field)
    {
        if (s.Kind == JsonKind.Null)
        {
            text = default;
            return s.TryReadLiteral();
        }
        if (s.Kind != JsonKind.Text) return FailKind(ref s, field);
        if (!s.TryReadText(out text)) return false;
        return !_isClient || text.Length <= bytesMax || Fail(ref s, EventReadError.FieldTooLong, field);
    }

    /// <summary>A whole number from 0 to <see cref="int.MaxValue"/>.</summary>
    private bool TryReadInt(scoped ref JsonScanner s, ref int value, int absent, string field)
    {
        value = absent;
        if (s.Kind == JsonKind.Null) return s.TryReadLiteral();
        if (s.Kind != JsonKind.Number) return FailKind(ref s, field);
        if (!s.TryReadNumber(out var raw)) return false;
        var ok = Utf8Parser.TryParse(raw, out int parsed, out var read) && read == raw.Length && parsed >= 0;
        value = ok ? parsed : absent;
        return ok || Fail(ref s, EventReadError.InvalidField, field);
    }

    private bool TryReadEpoch(scoped ref JsonScanner s, ref long value)
    {
        if (s.Kind != JsonKind.Number) return FailKind(ref s, "epoch");
        if (!s.TryReadNumber(out var raw)) return false;
        var ok = Utf8Parser.TryParse(raw, out value, out var read) && read == raw.Length && value >= 0;
        return ok || Fail(ref s, EventReadError.InvalidField, "epoch");
    }

    /// <summary>A finite amount, not negative.</summary>
    private bool TryReadAmount(scoped ref JsonScanner s, ref double value, string field)
    {
        value = double.NaN;
        if (s.Kind == JsonKind.Null) return s.TryReadLiteral();
        if (s.Kind != JsonKind.Number) return FailKind(ref s, field);
        if (!s.TryReadNumber(out var raw)) return false;
        var ok = Utf8Parser.TryParse(raw, out double parsed, out var read) && read == raw.Length && double.IsFinite(parsed) && parsed >= 0;
        value = ok ? parsed : double.NaN;
        return ok || Fail(ref s, EventReadError.InvalidField, field);
    }

    private bool TryReadFlag(scoped ref JsonScanner s, ref bool? value, string field)
    {
        var kind = s.Kind;
        if (kind is not (JsonKind.True or JsonKind.False or JsonKind.Null)) return FailKind(ref s, field);
        value = kind switch { JsonKind.True => true, JsonKind.False => false, _ => null };
        return s.TryReadLiteral();
    }

    private bool TryReadScope(scoped ref JsonScanner s, ref SearchScope scope)
    {
        ReadOnlySpan<byte> text = default;
        scope = SearchScope.Unspecified;
        if (!TryReadText(ref s, ref text, Limits.SiteIdBytesMax, "search.scope")) return false;
        if (text.SequenceEqual("catalogue"u8)) scope = SearchScope.Catalogue;
        else if (text.SequenceEqual("help"u8)) scope = SearchScope.Help;
        else if (!text.IsEmpty && _isClient) return Fail(ref s, EventReadError.InvalidField, "search.scope");
        return true;
    }

    /// <summary>RFC 3339 text, or a number of Unix milliseconds (a fraction is cut).</summary>
    private bool TryReadTime(scoped ref JsonScanner s, ref Instant instant, string field)
    {
        instant = Instant.Start;
        switch (s.Kind)
        {
            case JsonKind.Null:
                return s.TryReadLiteral();
            case JsonKind.Text:
                if (!s.TryReadText(out var text)) return false;
                if (TimestampReader.TryRead(text, out instant)) return true;
                break;
            case JsonKind.Number:
                if (!s.TryReadNumber(out var raw)) return false;
                if (Utf8Parser.TryParse(raw, out long ms, out var read) && TimestampReader.IsInRange(ms)
                    && (read == raw.Length || (raw[read] == '.' && raw.IndexOfAny((byte)'e', (byte)'E') < 0)))
                {
                    instant = new Instant(ms);
                    return true;
                }
                break;
            default:
                return FailKind(ref s, field);
        }
        instant = Instant.Start;
        return Fail(ref s, EventReadError.InvalidTimestamp, field);
    }

    private bool TryReadOffer(scoped ref JsonScanner s, scoped ref VisitorEvent e)
    {
        ReadOnlySpan<byte> text = default;
        if (!TryReadText(ref s, ref text, Limits.SiteIdBytesMax, "offer")) return false;
        if (text.IsEmpty) return true;
        if (!OfferText.TryParse(text, out var offer)) return Fail(ref s, EventReadError.InvalidField, "offer");
        (e.OfferSession, e.OfferOrdinal) = (offer.Session, offer.Ordinal);
        return true;
    }

    /// <summary>A value of a wrong kind is the field's fault; a byte that begins no value is the JSON's.</summary>
    private bool FailKind(scoped ref JsonScanner s, string field) =>
        s.Kind == JsonKind.None ? s.Fail() : Fail(ref s, EventReadError.InvalidField, field);

    private bool Fail(scoped ref JsonScanner s, EventReadError error, string field)
    {
        _field = field;
        return s.Fail(error);
    }
}
