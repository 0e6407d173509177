using System.Collections.Immutable;
using System.Text.Json;

namespace Engagement.Server.Demo;

/// <summary>A thing of the demo shop.</summary>
public sealed record DemoProduct(string Id, string Name, string Category, decimal Price);

/// <summary>An article of the demo help centre.</summary>
public sealed record DemoArticle(string Id, string Title);

/// <summary>What simulated visitors look at: the same content that the pages show. Immutable.</summary>
public sealed record DemoContent(ImmutableArray<DemoProduct> Products, ImmutableArray<DemoArticle> Articles)
{
    /// <summary>Reads the content files; throws when they are missing or not as expected.</summary>
    public static DemoContent Read(string root) => new(
        ReadList(Path.Combine(root, "content", "products.json"),
            p => new DemoProduct(Text(p, "id"), Text(p, "name"), Text(p, "category"), p.GetProperty("price").GetDecimal())),
        ReadList(Path.Combine(root, "content", "articles.json"), a => new DemoArticle(Text(a, "id"), Text(a, "title"))));

    public DemoProduct Product(string id) => Products.First(p => p.Id == id);
    public DemoArticle Article(string id) => Articles.First(a => a.Id == id);

    private static ImmutableArray<T> ReadList<T>(string file, Func<JsonElement, T> read)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.EnumerateArray().Select(read)];
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
