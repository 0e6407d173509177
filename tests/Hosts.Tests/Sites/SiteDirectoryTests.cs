using System.Diagnostics;
using Engagement.Core.Cards;
using Engagement.Core.Sites;
using Engagement.Engine.Sites;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hosts.Tests.Sites;

public sealed class SiteDirectoryTests : IDisposable
{
    private readonly SiteFiles _files = new();

    public SiteDirectoryTests() => _files.WriteSecret("shop.secret");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Read_FileBecomesInvalid_LastGoodSiteStaysAndTheErrorIsNamed()
    {
        _files.Write("shop", SiteFiles.Valid("shop", "live"));
        Assert.Empty(_files.Read().Errors);

        _files.Write("shop", "{ \"site\": \"shop\", \"mode\": \"on\" }");
        var reading = _files.Read();

        Assert.Equal(SiteMode.Live, Assert.Single(reading.Catalog.Sites).Mode);
        Assert.Contains(reading.Errors, e => e is { File: "shop.json", Path: "$.mode" });
    }

    [Fact]
    public void Read_FileGone_SiteGone()
    {
        _files.Write("shop", SiteFiles.Valid("shop"));
        Assert.NotNull(_files.Read().Catalog.FindByKey("a-key-of-sixteen-characters"));

        _files.Delete("shop");

        Assert.Empty(_files.Read().Catalog.Sites);
    }

    [Fact]
    public void Read_OneKeyInTwoSites_IsAnErrorAndDeterminesOneSiteOnly()
    {
        _files.Write("a", SiteFiles.Valid("a"));
        _files.Write("b", SiteFiles.Valid("b"));

        var reading = _files.Read();

        Assert.Equal("a", Assert.Single(reading.Catalog.Sites).Id);
        Assert.Contains(reading.Errors, e => e.File == "b.json" && e.Path == "$.keys");
    }

    [Fact]
    public void Read_KeyOfTheDemo_IsRefusedUnlessAllowed()
    {
        _files.Write("shop", SiteFiles.Valid("shop", key: DemoKeys.Write));

        Assert.Contains(_files.Read().Errors, e => e.Path == "$.keys" && e.Message.Contains("demo", StringComparison.Ordinal));
        var allowed = new SiteDirectoryReader(_files.Options(allowDemoKeys: true)).Read();
        Assert.Empty(allowed.Errors);
        Assert.True(allowed.Catalog.FindByKey(DemoKeys.Write)!.Value.Key.IsDemo);
    }

    [Theory]
    [InlineData("short")]
    [InlineData(null)]
    public void Read_SecretShortOrAbsent_IsAnErrorThatDoesNotShowIt(string? secret)
    {
        var file = Path.Combine(_files.Path, "shop.secret");
        File.Delete(file);
        if (secret is not null) File.WriteAllText(file, secret);
        _files.Write("shop", SiteFiles.Valid("shop"));

        var error = Assert.Single(_files.Read().Errors);

        Assert.Equal("$.secret", error.Path);
        Assert.DoesNotContain("short", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ArticlesFile_IsReadAndItsErrorsAreNamed()
    {
        var site = SiteFiles.Valid("shop").Replace("\"mode\"", "\"articlesFile\": \"articles.txt\", \"mode\"", StringComparison.Ordinal);
        _files.Write("shop", site);
        File.WriteAllText(Path.Combine(_files.Path, "articles.txt"), """{ "articles": [{ "id": "a", "title": "A", "url": "/a" }] }""");
        Assert.Equal("A", Assert.Single(Assert.Single(_files.Read().Catalog.Sites).Articles).Title);

        File.WriteAllText(Path.Combine(_files.Path, "articles.txt"), """{ "articles": [{ "id": "a", "titel": "A", "url": "/a" }] }""");
        Assert.Contains(_files.Read().Errors, e => e is { File: "articles.txt", Path: "$.articles[0].titel" });
    }

    [Fact]
    public void Read_ReasonsFiles_AreReadAndTheirErrorsAreNamed()
    {
        var site = SiteFiles.Valid("shop").Replace("\"mode\"", "\"reasonsFiles\": [\"words/de.json\"], \"mode\"", StringComparison.Ordinal);
        _files.Write("shop", site);
        Assert.Contains(_files.Read().Errors, e => e is { File: "shop.json", Path: "$.reasonsFiles[0]" });

        Directory.CreateDirectory(Path.Combine(_files.Path, "words"));
        var words = Path.Combine(_files.Path, "words", "de.json");
        File.WriteAllText(words, """{ "language": "de", "reasons": { "no_results": { "plain": "Nichts gefunden" } } }""");
        Assert.Equal("Nichts gefunden", Assert.Single(_files.Read().Catalog.Sites).ReasonWords.Of("no_results", CopyLanguage.De).Plain);

        // The site keeps its last good words.
        File.WriteAllText(words, """{ "language": "de", "reasons": { "no_results": { "plain": "<b>Nichts</b>" } } }""");
        var reading = _files.Read();
        Assert.Contains(reading.Errors, e => e is { File: "words/de.json", Path: "$.reasons.no_results.plain" });
        Assert.Equal("Nichts gefunden", Assert.Single(reading.Catalog.Sites).ReasonWords.Of("no_results", CopyLanguage.De).Plain);
    }

    [Fact]
    public void Read_ModelThatIsNotThere_IsAnError()
    {
        _files.Write("shop", SiteFiles.Valid("shop").Replace("\"mode\"", "\"models\": { \"floundering\": \"mine.model\" }, \"mode\"", StringComparison.Ordinal));
        Assert.Contains(_files.Read().Errors, e => e.Path == "$.models.floundering" && e.Message.Contains("not there", StringComparison.Ordinal));
    }

    private string WithNeed(string name) =>
        SiteFiles.Valid("shop").Replace("\"mode\"", $"\"card\": {{ \"noArticle\": \"said\" }}, \"models\": {{ \"need\": \"{name}\" }}, \"mode\"", StringComparison.Ordinal);

    [Fact]
    public void Read_NeedModel_IsThatOfTheFileThatIsNamed()
    {
        _files.Write("shop", SiteFiles.Valid("shop"));
        var site = Assert.Single(_files.Read().Catalog.Sites);
        Assert.Null(site.Need);
        Assert.Equal(NoArticleRule.Silent, site.NoArticle);

        _files.Write("shop", WithNeed("released"));
        site = Assert.Single(_files.Read().Catalog.Sites);
        Assert.Equal(27, site.Need?.Topics.Length);
        Assert.Equal(NoArticleRule.Said, site.NoArticle);

        File.Copy(Path.Combine(SiteOptions.ModelDirectoryDefault, "need", "need.json"), Path.Combine(_files.Path, "mine.need"));
        _files.Write("shop", WithNeed("mine.need"));
        Assert.Equal(site.Need?.Version, Assert.Single(_files.Read().Catalog.Sites).Need?.Version);
    }

    [Theory]
    [InlineData(null, "not there")]
    [InlineData("{", "MalformedJson")]
    [InlineData("{}", "MalformedJson")]
    [InlineData("cut", "MalformedJson")]
    [InlineData("version", "UnsupportedFormat")]
    public void Read_NeedModelThatIsNoneOrBroken_IsAnErrorAndLeavesTheLastGoodSite(string? text, string cause)
    {
        _files.Write("shop", WithNeed("released"));
        var good = Assert.Single(_files.Read().Catalog.Sites).Need;
        var released = File.ReadAllText(Path.Combine(SiteOptions.ModelDirectoryDefault, "need", "need.json"));
        if (text == "cut") text = released[..(released.Length / 2)];
        if (text == "version") text = released.Replace("\"formatVersion\":1", "\"formatVersion\":2", StringComparison.Ordinal);
        if (text is not null) File.WriteAllText(Path.Combine(_files.Path, "mine.need"), text);

        _files.Write("shop", WithNeed("mine.need"));
        var reading = _files.Read();

        Assert.Contains(reading.Errors, e => e.Path == "$.models.need" && e.Message.Contains(cause, StringComparison.Ordinal));
        Assert.Same(good, Assert.Single(reading.Catalog.Sites).Need);
    }

    [Fact]
    public async Task Reload_ModeOff_TakesEffectWithinFiveSeconds()
    {
        _files.Write("shop", SiteFiles.Valid("shop", "live"));
        var reading = _files.Read();
        var source = new SiteCatalogSource(reading.Catalog);
        var state = new SiteFilesState(reading.Errors);
        var options = new SiteOptions { Directories = [new SiteDirectory(_files.Path)] };
        var changes = new List<int>();
        source.Changed += catalog => changes.Add(catalog.Generation);
        using var worker = new SiteReloadWorker(options, _files.Reader, source, state, TimeProvider.System, NullLogger<SiteReloadWorker>.Instance);
        await worker.StartAsync(CancellationToken.None);
        var began = Stopwatch.GetTimestamp();

        _files.Write("shop", SiteFiles.Valid("shop", "off"));
        await WaitFor(() => source.Current.Find("shop")!.Mode == SiteMode.Off);

        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        _files.Write("shop", "{");
        await WaitFor(() => state.Errors.Count > 0);
        Assert.Equal(SiteMode.Off, source.Current.Find("shop")!.Mode);
        _files.Write("shop", SiteFiles.Valid("shop", "observe"));
        await WaitFor(() => state.Errors.Count == 0 && source.Current.Find("shop")!.Mode == SiteMode.Observe);
        Assert.Equal(changes.Order(), changes);
        await worker.StopAsync(CancellationToken.None);
    }

    private static async Task WaitFor(Func<bool> condition)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "did not come within 10 s");
            await Task.Delay(20);
        }
    }
}
