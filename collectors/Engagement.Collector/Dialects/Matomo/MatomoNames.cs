using System.Collections.Frozen;

namespace Engagement.Collector.Dialects.Matomo;

/// <summary>Matomo's names of fields, and those agreed on here.</summary>
internal static class MatomoNames
{
    /// <summary>Values of <c>search_cat</c> that say that help was searched, not the catalogue.</summary>
    public static readonly FrozenSet<string> HelpCategories = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "help", "faq", "support", "articles");

    /// <summary>Values of <c>search_cat</c> that say that the catalogue was searched.</summary>
    public static readonly FrozenSet<string> CatalogueCategories = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "catalogue", "catalog", "products", "shop");

    public static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["visitor"] = "_id",
        ["name"] = "e_a",
        ["page.url"] = "url",
        ["page.title"] = "action_name",
        ["page.referrer"] = "urlref",
        ["page.language"] = "lang",
        ["product.id"] = "_pks",
        ["product.name"] = "_pkn",
        ["product.category"] = "_pkc",
        ["product.price"] = "_pkp",
        ["cart.value"] = "revenue",
        ["cart.items"] = "ec_items",
        ["search.query"] = "search",
        ["search.resultCount"] = "search_count",
        ["article.id"] = "e_n",
        ["article.helpful"] = "e_v",
        ["occurredAt"] = "cdt",
    }.ToFrozenDictionary();
}
