using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Engagement.Server.Demo;

/// <summary>One thing that a simulated visitor does after <paramref name="Think"/>.</summary>
/// <param name="Fields">Members of the event beside id, type and visitor.</param>
internal sealed record VisitStep(TimeSpan Think, string Type, JsonObject Fields);

/// <summary>A simulated visit from beginning to end.</summary>
/// <param name="Words">What the visitor did, in words, for the page.</param>
internal sealed record VisitScript(string Kind, string Words, ImmutableArray<VisitStep> Steps);

/// <summary>
/// Writes simulated visits. Most people are fine: three in ten look around, two look something up, two buy without a detour, one reads, one
/// compares or turns back at the checkout, and one searches in vain. Think times are a few seconds where people take tens of them, so that there is something to watch;
/// every event still arrives at its real time. Same seed, same visits.
/// </summary>
internal sealed class VisitScripts(DemoContent content, int seed)
{
    private static readonly string[][] _vain =
    [
        ["return label", "print return label", "returns label missing", "label for return parcel"],
        ["student discount", "discount for students", "student price"],
        ["assembly service", "book assembly", "assembly at home service", "who assembles it"],
        ["black walnut table", "walnut dining table", "table walnut"],
    ];

    private static readonly (string Query, string Article)[] _lookups =
    [
        ("delivery cost", "delivery-cost"), ("bulb lamp", "lamp-bulb"), ("invoice", "invoice"), ("cancel order", "order-cancel"),
        ("gift voucher", "voucher"), ("washing wool", "care-textiles"), ("card refused", "card-refused"), ("new address", "account-address"),
    ];

    /// <summary>Dear for this shop: people think twice from here on, and so does the model of purchases.</summary>
    private const decimal DearPrice = 85;

    private readonly Random _random = new(seed);

    public VisitScript Next() => _random.Next(100) switch
    {
        < 32 => Explorer(),
        < 52 => Lookup(),
        < 70 => Buyer(),
        < 79 => Reader(),
        < 84 => Comparer(),
        < 88 => Hesitator(),
        _ => Flounderer(),
    };

    /// <summary>When the next visitor comes: 1 to 2 s after the last.</summary>
    public TimeSpan Gap() => TimeSpan.FromMilliseconds(_random.Next(1_000, 2_000));

    /// <summary>A share of 1 that something happens.</summary>
    public bool Chance(double share) => _random.NextDouble() < share;

    public TimeSpan Between(double secondsMin, double secondsMax) => TimeSpan.FromSeconds(secondsMin + _random.NextDouble() * (secondsMax - secondsMin));

    private VisitScript Explorer()
    {
        var steps = new List<VisitStep> { List() };
        for (var i = _random.Next(2, 6); i > 0; i--) steps.Add(View(Any(content.Products), 2, 7));
        steps.Add(Left());
        return new("explorer", "Looked around the shop", [.. steps]);
    }

    private VisitScript Lookup()
    {
        var (query, id) = Any(_lookups);
        var article = content.Article(id);
        return new("lookup", $"Looked up “{query}” and found it",
        [
            Page("/help", "Help centre"), Search(query, _random.Next(1, 4), 2, 5), Opened(query, article, 2, 4), Read(article, 0, 1),
            Rate(article, true, 6, 14), Left(),
        ]);
    }

    private VisitScript Buyer()
    {
        var product = Any(content.Products);
        return new("buyer", $"Bought: {product.Name}",
        [
            List(), View(product, 2, 5), Cart("product_added", product, 1, 2, 5), Cart("cart_viewed", product, 1, 1, 3),
            Cart("checkout_started", product, 1, 1, 3), Cart("checkout_step_completed", product, 1, 3, 7), Cart("order_completed", product, 1, 3, 7), Left(),
        ]);
    }

    private VisitScript Reader()
    {
        var article = content.Article("care-wood");
        return new("reader", "Read about oiled oak, at length",
        [
            Page("/help", "Help centre"), Read(article, 2, 5), Still(10), Still(10), Still(10), Still(10), Still(8), Left(),
        ]);
    }

    private VisitScript Comparer()
    {
        var first = Any(content.Products);
        var second = Any(content.Products.Remove(first));
        return new("comparer", $"Went back and forth between two things",
        [
            List(), View(first, 2, 5), View(second, 3, 6), View(first, 3, 6), View(second, 3, 6), Cart("product_added", first, 1, 2, 4),
            View(second, 3, 6), Cart("cart_viewed", first, 1, 2, 4), Cart("checkout_started", first, 1, 2, 4), View(second, 6, 9), Still(9), Left(),
        ]);
    }

    /// <summary>Sets out to pay for something dear, goes back to look at it once more, and sits still over it.</summary>
    private VisitScript Hesitator()
    {
        var product = Any(content.Products.Where(p => p.Price >= DearPrice).ToList());
        return new("hesitator", $"Turned back at the checkout: {product.Name}",
        [
            List(), View(product, 2, 5), Cart("product_added", product, 1, 2, 5), Cart("cart_viewed", product, 1, 1, 3),
            Cart("checkout_started", product, 1, 1, 3), View(product, 5, 8), Still(9), Still(9), Left(),
        ]);
    }

    private VisitScript Flounderer()
    {
        var queries = Any(_vain);
        var steps = new List<VisitStep> { Page("/help", "Help centre") };
        foreach (var query in queries) steps.Add(Search(query, 0, 3, 7));
        steps.Add(Still(9));
        steps.Add(Still(9));
        steps.Add(Left());
        return new("flounderer", $"Searched {queries.Length} times in vain", [.. steps]);
    }

    private VisitStep Page(string path, string title) => Step(0, 0.2, "page_viewed", path, title);
    private VisitStep List() => Step(0, 0.2, "product_list_viewed", "/shop", "Things for the home");
    private VisitStep Left() => Step(2, 6, "page_left", "/", "");
    private VisitStep Still(double seconds) => Step(seconds, seconds, "heartbeat", "/", "");

    private VisitStep Search(string query, int found, double min, double max) =>
        Step(min, max, "search_performed", "/help/search", "Search results", ("search", new JsonObject { ["query"] = query, ["resultCount"] = found, ["scope"] = "help" }));

    private VisitStep Opened(string query, DemoArticle article, double min, double max) =>
        Step(min, max, "search_result_opened", $"/help/{article.Id}", article.Title, ("search", new JsonObject { ["query"] = query, ["scope"] = "help" }));

    private VisitStep Read(DemoArticle article, double min, double max) =>
        Step(min, max, "article_viewed", $"/help/{article.Id}", article.Title, ("article", new JsonObject { ["id"] = article.Id, ["title"] = article.Title }));

    private VisitStep Rate(DemoArticle article, bool helpful, double min, double max) =>
        Step(min, max, "article_rated", $"/help/{article.Id}", article.Title,
            ("article", new JsonObject { ["id"] = article.Id, ["title"] = article.Title, ["helpful"] = helpful }));

    private VisitStep View(DemoProduct product, double min, double max) =>
        Step(min, max, "product_viewed", $"/shop/{product.Id}", product.Name, ("product", Json(product)));

    private VisitStep Cart(string type, DemoProduct product, int items, double min, double max)
    {
        var cart = new JsonObject { ["items"] = items, ["value"] = product.Price * items };
        return type == "product_added"
            ? Step(min, max, type, $"/shop/{product.Id}", product.Name, ("product", Json(product)), ("cart", cart))
            : Step(min, max, type, "/shop/checkout", "Checkout", ("cart", cart));
    }

    private static JsonObject Json(DemoProduct product) =>
        new() { ["id"] = product.Id, ["name"] = product.Name, ["category"] = product.Category, ["price"] = product.Price };

    private VisitStep Step(double thinkMin, double thinkMax, string type, string path, string title, params (string Name, JsonObject Value)[] more)
    {
        var fields = new JsonObject { ["page"] = new JsonObject { ["url"] = $"https://larkfield.example{path}", ["title"] = title, ["language"] = "en" } };
        foreach (var (name, value) in more) fields[name] = value;
        return new VisitStep(Between(thinkMin, thinkMax), type, fields);
    }

    private T Any<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];
}
