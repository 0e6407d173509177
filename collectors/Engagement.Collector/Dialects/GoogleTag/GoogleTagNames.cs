using System.Collections.Frozen;

namespace Engagement.Collector.Dialects.GoogleTag;

/// <summary>Names of the tag's wire. Events are called as in the Measurement Protocol.</summary>
internal static class GoogleTagNames
{
    /// <summary>The version of the wire that is read.</summary>
    public const string Version = "2";

    /// <summary>Parameters that have a name of their own on the wire.</summary>
    public static readonly FrozenDictionary<string, string> Parameters = new Dictionary<string, string>
    {
        ["dl"] = "page_location",
        ["dt"] = "page_title",
        ["dr"] = "page_referrer",
        ["ul"] = "language",
        ["cu"] = "currency",
    }.ToFrozenDictionary();

    /// <summary>What begins each value of an item.</summary>
    public static readonly FrozenDictionary<string, string> ItemParts = new Dictionary<string, string>
    {
        ["id"] = "item_id",
        ["nm"] = "item_name",
        ["ca"] = "item_category",
        ["pr"] = "price",
        ["qt"] = "quantity",
    }.ToFrozenDictionary();

    public static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["visitor"] = "cid",
        ["name"] = "en",
        ["type"] = "en",
        ["page.url"] = "dl",
        ["page.title"] = "dt",
        ["page.referrer"] = "dr",
        ["page.language"] = "ul",
        ["product.id"] = "pr1.id",
        ["product.price"] = "pr1.pr",
        ["product.quantity"] = "pr1.qt",
        ["cart.value"] = "epn.value",
        ["search.query"] = "ep.search_term",
        ["search.resultCount"] = "epn.results_count",
        ["article.id"] = "ep.article_id",
        ["article.helpful"] = "ep.helpful",
    }.ToFrozenDictionary();
}
