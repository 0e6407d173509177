using System.Text;
using System.Text.Json;
using Engagement.Engine.Sites;

namespace Hosts.Tests.Sites;

/// <summary>Every site file that is shipped loads, and the schema says of it what the reader says.</summary>
public sealed class ShippedSiteFileTests
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly string[] Shipped =
        [.. new[] { "config/sites", "demo/sites" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, folder), "*.json"))
            .Select(file => Path.GetRelativePath(AppContext.BaseDirectory, file))];

    public static TheoryData<string> Files() => [.. Shipped];

    [Theory]
    [MemberData(nameof(Files))]
    public void Load_ShippedFile_IsValid(string file)
    {
        var name = Path.GetFileName(file);
        var errors = new List<SiteConfigError>();
        var site = SiteFileReader.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file)), name, errors);
        SiteValidator.Validate(site!, name, errors);
        Assert.Empty(errors);
    }

    [Fact]
    public void Files_ShowHowToNameANeedModel() => Assert.Contains(
        Shipped, file => SiteFileReader.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file)), file, [])?.NeedModel == SiteModelReader.Released);

    [Fact]
    public void Files_AreAllHere() => Assert.True(Shipped.Length >= 4);

    [Fact]
    public void Schema_EveryPropertyOfAFullFile_IsNamedInIt()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "config", "site.schema.json")));
        var properties = schema.RootElement.GetProperty("properties");
        foreach (var file in Shipped)
        {
            using var site = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, file)), WithComments);
            AssertNamed(properties, site.RootElement, file);
        }
    }

    [Fact]
    public void Schema_EveryPropertyOfTheSchema_IsKnownToTheReader()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "config", "site.schema.json")));
        var errors = new List<SiteConfigError>();
        foreach (var property in schema.RootElement.GetProperty("properties").EnumerateObject())
            SiteFileReader.Read(Encoding.UTF8.GetBytes($$"""{ "site": "shop", "{{property.Name}}": null }"""), "shop.json", errors);
        Assert.DoesNotContain(errors, e => e.Message.Contains("not known", StringComparison.Ordinal));
    }

    private static void AssertNamed(JsonElement properties, JsonElement value, string file)
    {
        foreach (var property in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(property.Name, out var schema), $"{file}: {property.Name} is not in the schema");
            if (property.Value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var inner)) AssertNamed(inner, property.Value, file);
        }
    }
}
