using System.Globalization;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Collector.Dialects;

/// <summary>
/// One event on its way from a vendor's wire to a canonical event: a dialect fills in what it finds, <see cref="Write"/> makes of it what
/// <c>POST /v1/events</c> takes. Texts that are longer than the contract allows are cut, because a tracker that is already installed cannot be asked to
/// shorten a title. Reused; not thread-safe.
/// </summary>
internal sealed class DialectEvent
{
    /// <summary>Further products of a list, a cart or an order, beyond which none is kept.</summary>
    public const int ProductsMax = 50;

    private readonly List<DialectProduct> _products = [];
    private readonly HashSet<string> _unread = [];

    /// <summary>The protocol's own id of the event; null where there is none: then <see cref="MintId"/>, or an id from the content.</summary>
    public string? Id { get; set; }
    public string? Visitor { get; set; }

    /// <summary>Null: a custom event named <see cref="Name"/>.</summary>
    public EventType? Type { get; set; }

    /// <summary>What the sender calls it.</summary>
    public string? Name { get; set; }

    /// <summary>By the sender's clock, as far as its skew is known corrected for it; null: the time of receipt.</summary>
    public Instant? OccurredAt { get; set; }
    public string? Url { get; set; }
    public string? Title { get; set; }
    public string? Referrer { get; set; }
    public string? Language { get; set; }
    public DialectProduct? Product { get; set; }
    public IReadOnlyList<DialectProduct> Products => _products;
    public int? CartItems { get; set; }
    public double? CartValue { get; set; }
    public string? Query { get; set; }
    public int? ResultCount { get; set; }
    public SearchScope Scope { get; set; }
    public string? ArticleId { get; set; }
    public string? ArticleTitle { get; set; }
    public bool? Helpful { get; set; }
    public bool? Consent { get; set; }
    public bool? Gpc { get; set; }
    public bool? Dnt { get; set; }
    public bool? NoInvitation { get; set; }

    /// <summary>In place of an id that tells nothing; null but for an event that is read again.</summary>
    public string? IdWhereNone { get; set; }

    /// <summary>What a custom event carries besides; an object, or nothing.</summary>
    public JsonElement Properties { get; set; }

    /// <summary>Makes the event as if new.</summary>
    public void Reset()
    {
        (Id, Visitor, Type, Name, OccurredAt) = (null, null, null, null, null);
        (Url, Title, Referrer, Language) = (null, null, null, null);
        (Product, CartItems, CartValue) = (null, null, null);
        (Query, ResultCount, Scope) = (null, null, SearchScope.Unspecified);
        (ArticleId, ArticleTitle, Helpful) = (null, null, null);
        (Consent, Gpc, Dnt, NoInvitation) = (null, null, null, null);
        Properties = default;
        _products.Clear();
        _unread.Clear();
    }

    public void AddProduct(DialectProduct product)
    {
        if (_products.Count < ProductsMax) _products.Add(product);
    }

    /// <summary>Says that a field was there but could not be understood; the event is kept without it and names it.</summary>
    public void NotRead(string field) => _unread.Add(field);

    /// <summary>An id that tells nothing: where a protocol has neither an id nor a time, a repeated sending cannot be told from a second event.</summary>
    public void MintId() => Id = IdWhereNone ?? Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    public void Write(Utf8JsonWriter writer, string dialect)
    {
        var type = Type ?? EventType.Custom;
        writer.WriteStartObject();
        Text(writer, "id", Id, Limits.EventIdBytesMax);
        Text(writer, "visitor", Visitor, Limits.VisitorIdBytesMax);
        writer.WriteString("type"u8, EventTypeNames.Utf8(type));
        if (type == EventType.Custom) Text(writer, "name", Name ?? "", Limits.NameBytesMax);
        if (OccurredAt is { } at) writer.WriteNumber("occurredAt"u8, at.UnixMs);
        WritePage(writer);
        if (Product is { } product) product.Write(writer, "product");
        if (CartItems is not null || CartValue is not null) WriteCart(writer);
        if (Query is not null || ResultCount is not null) WriteSearch(writer);
        if (ArticleId is not null || ArticleTitle is not null || Helpful is not null) WriteArticle(writer);
        if (Consent is not null || Gpc is not null || Dnt is not null || NoInvitation is not null) WritePrivacy(writer);
        WriteRest(writer, dialect, type);
        writer.WriteEndObject();
    }

    private void WritePage(Utf8JsonWriter writer)
    {
        if (Url is null && Title is null && Referrer is null && Language is null) return;
        writer.WriteStartObject("page"u8);
        Text(writer, "url", Url, Limits.UrlBytesMax);
        Text(writer, "title", Title, Limits.TitleBytesMax);
        Text(writer, "referrer", Referrer, Limits.UrlBytesMax);
        Text(writer, "language", Language, Limits.SiteIdBytesMax);
        writer.WriteEndObject();
    }

    private void WriteCart(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("cart"u8);
        if (CartItems is >= 0 and var items) writer.WriteNumber("items"u8, items);
        if (CartValue is >= 0 and var value && double.IsFinite(value)) writer.WriteNumber("value"u8, value);
        writer.WriteEndObject();
    }

    private void WriteSearch(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("search"u8);
        Text(writer, "query", Query, Limits.QueryBytesMax);
        if (ResultCount is >= 0 and var count) writer.WriteNumber("resultCount"u8, count);
        if (Scope == SearchScope.Catalogue) writer.WriteString("scope"u8, "catalogue"u8);
        if (Scope == SearchScope.Help) writer.WriteString("scope"u8, "help"u8);
        writer.WriteEndObject();
    }

    private void WriteArticle(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("article"u8);
        Text(writer, "id", ArticleId, Limits.ProductIdBytesMax);
        Text(writer, "title", ArticleTitle, Limits.TitleBytesMax);
        if (Helpful is { } helpful) writer.WriteBoolean("helpful"u8, helpful);
        writer.WriteEndObject();
    }

    private void WritePrivacy(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("privacy"u8);
        if (Consent is { } consent) writer.WriteBoolean("consent"u8, consent);
        if (Gpc is { } gpc) writer.WriteBoolean("gpc"u8, gpc);
        if (Dnt is { } dnt) writer.WriteBoolean("dnt"u8, dnt);
        if (NoInvitation is { } noInvitation) writer.WriteBoolean("noInvitation"u8, noInvitation);
        writer.WriteEndObject();
    }

    /// <summary>Members that the contract does not name, which the log preserves: where the event came from, and what has no place elsewhere.</summary>
    private void WriteRest(Utf8JsonWriter writer, string dialect, EventType type)
    {
        if (_products.Count > 0)
        {
            writer.WriteStartArray("products"u8);
            foreach (var product in _products) product.Write(writer, null);
            writer.WriteEndArray();
        }
        if (type == EventType.Custom && Properties.ValueKind == JsonValueKind.Object && Properties.GetRawText().Length <= Limits.EventBytesMax / 2)
        {
            writer.WritePropertyName("properties"u8);
            // As it stands: what is no Unicode in it is the event reader's to reject, and would throw here.
            writer.WriteRawValue(Properties.GetRawText(), skipInputValidation: true);
        }
        writer.WriteStartObject("source"u8);
        writer.WriteString("dialect"u8, dialect);
        if (type != EventType.Custom) Text(writer, "name", Name, Limits.NameBytesMax);
        if (_unread.Count > 0)
        {
            writer.WriteStartArray("notRead"u8);
            foreach (var field in _unread) writer.WriteStringValue(field);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    internal static void Text(Utf8JsonWriter writer, string name, string? text, int bytesMax)
    {
        if (text is not null) writer.WriteString(name, DialectText.Cut(text, bytesMax));
    }
}

/// <summary>A product as a vendor tells it.</summary>
internal sealed record DialectProduct(string? Id, string? Name = null, string? Category = null, double? Price = null, int? Quantity = null)
{
    public void Write(Utf8JsonWriter writer, string? member)
    {
        if (member is null) writer.WriteStartObject();
        else writer.WriteStartObject(member);
        DialectEvent.Text(writer, "id", Id, Limits.ProductIdBytesMax);
        DialectEvent.Text(writer, "name", Name, Limits.NameBytesMax);
        DialectEvent.Text(writer, "category", Category, Limits.NameBytesMax);
        if (Price is >= 0 and var price && double.IsFinite(price)) writer.WriteNumber("price"u8, price);
        if (Quantity is >= 0 and var quantity) writer.WriteNumber("quantity"u8, quantity);
        writer.WriteEndObject();
    }
}
