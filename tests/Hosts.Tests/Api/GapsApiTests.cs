using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Engagement.Core.Sites;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>The gap report over HTTP, from events as the collector writes them.</summary>
public sealed class GapsApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await RunningEngine.StartAsync(
        _folder.File("engagement.db"), null, true, [TestSites.Live(articles: [new SiteArticle("returns", "Print a return label", "/returns")]), TestSites.Live("other")]);

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> GetAsync(string? accept = null, string query = "", string site = "demo", HttpStatusCode expected = HttpStatusCode.OK, string? mediaType = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/gaps" + query);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestSites.ApiKey(site));
        if (accept is not null) request.Headers.Add("Accept", accept);
        using var response = await _engine.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        if (mediaType is not null) Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<int> QuestionsAsync(string site = "demo") => JsonNode.Parse(await GetAsync(site: site))!["questions"]!.AsArray().Count;

    [Fact]
    public async Task Gaps_FiveWhoFloundered_AreOneQuestion_AndFourAreNone()
    {
        for (var i = 1; i <= 4; i++) await _engine.FlounderAsync($"v{i}");
        Assert.Equal(0, await QuestionsAsync());
        await _engine.FlounderAsync("v5");

        var report = JsonNode.Parse(await GetAsync(mediaType: "application/json"))!;
        var question = Assert.Single(report["questions"]!.AsArray())!;
        Assert.Equal(5, (int)question["sessions"]!);
        Assert.Equal(1.0, (double)question["flounderingShare"]!);
        Assert.Equal("not_found", (string?)question["verdict"]);
        Assert.Equal("returns", (string?)question["article"]!["id"]);
        Assert.Equal(5, (int)report["floundering"]!);
        Assert.StartsWith("question,sessions,", await GetAsync("text/csv", mediaType: "text/csv"), StringComparison.Ordinal);
        Assert.Contains("<table>", await GetAsync("text/html", mediaType: "text/html"), StringComparison.Ordinal);
        Assert.Equal(0, await QuestionsAsync("other"));
    }

    [Fact]
    public async Task Gaps_OneOfFiveAsksToBeForgotten_TheQuestionGoes()
    {
        for (var i = 1; i <= 5; i++) await _engine.FlounderAsync($"v{i}");
        Assert.Equal(1, await QuestionsAsync());
        using (var response = await _engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v3?site=demo", TestSites.ApiKey("demo"))) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await _engine.DecidedAsync();
        Assert.Equal(0, await QuestionsAsync());
    }

    [Fact]
    public async Task Gaps_BeforeTheDaysAskedFor_AreNotTold()
    {
        for (var i = 1; i <= 5; i++) await _engine.FlounderAsync($"v{i}");
        _engine.Time.Advance(TimeSpan.FromDays(2));
        Assert.Empty(JsonNode.Parse(await GetAsync(query: "?days=1"))!["questions"]!.AsArray());
        Assert.Single(JsonNode.Parse(await GetAsync(query: "?days=3"))!["questions"]!.AsArray());
    }

    [Theory]
    [InlineData("?days=0")]
    [InlineData("?days=91")]
    [InlineData("?days=x")]
    public async Task Gaps_DaysOutOfBounds_AreRefused(string query) => Assert.Contains("invalid_field", await GetAsync(query: query, expected: HttpStatusCode.BadRequest), StringComparison.Ordinal);

    [Fact]
    public async Task Gaps_OtherThanAnApiKey_IsRefused()
    {
        using var none = await _engine.CallAsync(HttpMethod.Get, "/v1/gaps", null);
        Assert.Equal(HttpStatusCode.Unauthorized, none.StatusCode);
        using var write = await _engine.CallAsync(HttpMethod.Get, "/v1/gaps", TestSites.WriteKey("demo"));
        Assert.Equal(HttpStatusCode.Forbidden, write.StatusCode);
    }
}
