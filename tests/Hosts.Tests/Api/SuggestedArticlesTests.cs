using System.Text.Json.Nodes;
using Engagement.Core.Sites;
using Engagement.Server.Demo;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>Who searches in vain and finds nobody free is shown articles that may answer: without a word of hers being kept for it.</summary>
public sealed class SuggestedArticlesTests : IDisposable
{
    private static readonly SiteArticle[] _articles =
    [
        new("a1", "Print a return label", "/help/return-label"), new("a2", "How long returns take", "/help/returns"), new("a3", "Gift cards", "/help/gift-cards"),
    ];

    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync(SiteMode mode = SiteMode.Live, ManualTimeProvider? time = null) =>
        RunningEngine.StartAsync(_folder.File("engagement.db"), time, TestSites.Live(mode: mode, articles: _articles));

    private static async Task SearchAsync(RunningEngine engine, params string[] queries)
    {
        foreach (var query in queries) await engine.SearchAsync("v1", query);
    }

    private static string[] Ids(JsonNode answer) => [.. answer["articles"]!.AsArray().Select(a => (string)a!["id"]!)];

    [Fact]
    public async Task ShouldEngage_FlounderingWithNobodyFree_ListsArticlesNearTheSearches()
    {
        await using var engine = await StartAsync();
        await SearchAsync(engine, "return label", "print return label", "where is the return label");

        var answer = await engine.ShouldEngageAsync("v1");
        Assert.Equal(("floundering", false), ((string?)answer["state"], (bool)answer["engage"]!));
        Assert.Equal(["a1", "a2"], Ids(answer));
        Assert.Equal(("Print a return label", "/help/return-label"), ((string?)answer["articles"]![0]!["title"], (string?)answer["articles"]![0]!["url"]));
        Assert.Equal(["a1", "a2"], Ids(await engine.GetAsync("/v1/should-engage?visitor=v1", engine.TokenOf("v1"))));
    }

    [Fact]
    public async Task ShouldEngage_FlounderingOverWhatNoTitleMeets_ListsNone()
    {
        await using var engine = await StartAsync();
        await SearchAsync(engine, "student discount", "discount for students", "student discount price");
        var answer = await engine.ShouldEngageAsync("v1");
        Assert.Equal("floundering", (string?)answer["state"]);
        Assert.Empty(Ids(answer));
    }

    [Fact]
    public async Task ShouldEngage_OfWhoeverIsNotFloundering_ListsNone()
    {
        await using var engine = await StartAsync();
        await SearchAsync(engine, "return label");
        Assert.Empty(Ids(await engine.ShouldEngageAsync("v1")));
    }

    [Fact]
    public async Task ShouldEngage_AfterAnotherSearch_FollowsIt()
    {
        await using var engine = await StartAsync();
        await SearchAsync(engine, "return label", "print return label", "where is the return label");
        Assert.DoesNotContain("a3", Ids(await engine.ShouldEngageAsync("v1")));
        await SearchAsync(engine, "gift card with the label");
        Assert.Contains("a3", Ids(await engine.ShouldEngageAsync("v1")));
    }

    [Fact]
    public async Task ShouldEngage_AfterReadingOne_ListsItNoMore()
    {
        await using var engine = await StartAsync();
        await SearchAsync(engine, "return label", "print return label", "where is the return label");
        await engine.SendAsync("v1", "article_viewed", new { page = new { url = "https://help.example/a1", title = "Print a return label" }, article = new { id = "a1", title = "Print a return label" } });
        await SearchAsync(engine, "return label for parcel");
        var answer = await engine.ShouldEngageAsync("v1");
        Assert.Equal(("floundering", "a2"), ((string?)answer["state"], Assert.Single(Ids(answer))));
    }

    [Fact]
    public async Task ShouldEngage_AfterARestart_ListsTheSame()
    {
        var time = new ManualTimeProvider();
        await using (var engine = await StartAsync(time: time)) await SearchAsync(engine, "return label", "print return label", "where is the return label");
        await using (var engine = await StartAsync(time: time))
        {
            await engine.DecidedAsync();
            Assert.Equal(["a1", "a2"], Ids(await engine.ShouldEngageAsync("v1")));
        }
    }

    [Fact]
    public async Task ShouldEngage_AtASiteThatObserves_ShowsNone()
    {
        await using var engine = await StartAsync(SiteMode.Observe);
        await SearchAsync(engine, "return label", "print return label", "where is the return label");
        var answer = await engine.ShouldEngageAsync("v1");
        Assert.Equal("floundering", (string?)answer["state"]);
        Assert.Empty(Ids(answer));
    }

    [Fact]
    public async Task ShouldEngage_OfAnErasedVisitor_ListsNone()
    {
        await using var engine = await StartAsync();
        await SearchAsync(engine, "return label", "print return label", "where is the return label");
        Assert.NotEmpty(Ids(await engine.ShouldEngageAsync("v1")));
        using (await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", engine.TokenOf("v1"))) await engine.DecidedAsync();
        Assert.Empty(Ids(await engine.ShouldEngageAsync("v1")));
    }

    /// <summary>The demo's help centre: no title meets a return label, by design; who wants to follow a parcel can be helped without a person.</summary>
    [Theory]
    [InlineData("delivery-follow", "track parcel", "parcel tracking", "track my parcel")]
    [InlineData("account-password", "login sign", "cannot login sign", "sign login broken")]
    [InlineData(null, "return label", "print return label", "returns label missing")]
    public async Task ShouldEngage_InTheDemo_ListsWhatItsTitlesMeet(string? article, params string[] queries)
    {
        var articles = DemoContent.Read(DemoEndpoints.Root).Articles.Select(a => new SiteArticle(a.Id, a.Title, $"/help/{a.Id}")).ToArray();
        await using var engine = await RunningEngine.StartAsync(_folder.File("demo.db"), null, TestSites.Live(articles: articles));
        await SearchAsync(engine, queries);
        var answer = await engine.ShouldEngageAsync("v1");
        Assert.Equal("floundering", (string?)answer["state"]);
        if (article is null) Assert.Empty(Ids(answer));
        else Assert.Contains(article, Ids(answer));
    }
}
