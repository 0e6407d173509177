using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>The owner's overview over HTTP: what a scripted hour leaves in it, who may read it, and that no kill counts anything twice.</summary>
public sealed class OverviewApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private RunningEngine _engine = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartAsync(SiteMode mode = SiteMode.Live, float holdout = 0) =>
        _engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), _time, TestSites.Live(mode: mode, holdout: holdout), TestSites.Live("other"));

    private Task<JsonNode> OverviewAsync(string site = "demo", string query = "") => _engine.GetAsync("/v1/overview" + query, TestSites.ApiKey(site));

    private static (long Purposeful, long Floundering) Of(JsonNode counts) => ((long)counts["purposeful"]!, (long)counts["floundering"]!);

    [Fact]
    public async Task Observed_TwoWhoFlounder_WouldHaveBeenInvited_AndNobodyWas()
    {
        await StartAsync(SiteMode.Observe);
        await _engine.AgentAsync();
        await _engine.FlounderAsync("v1");
        await _engine.FlounderAsync("v2");
        await _engine.SendAsync("v3", "page_viewed", new { page = new { url = "https://help.example/", title = "Help" } });
        var overview = await OverviewAsync();
        var total = overview["total"]!;
        Assert.Equal(("observe", 3L, 2L), ((string?)overview["mode"], (long)total["visits"]!, (long)total["needs"]!));
        Assert.Equal(((0L, 2L), (0L, 0L)), (Of(total["wouldHaveOffered"]!), Of(total["offered"]!)));
        Assert.Equal(2, (long)overview["now"]!["floundering"]!);
        Assert.Equal(2, (long)overview["reached"]!["floundering"]!);
        Assert.Empty(overview["hindrances"]!.AsArray());
        var hours = overview["hours"]!.AsArray();
        Assert.Equal(Limits.TallyHours, hours.Count);
        Assert.Equal(3, hours.Sum(h => (long)h!["visits"]!));
        Assert.Equal(3, (long)hours[^1]!["visits"]! + (long)hours[^2]!["visits"]!);
        Assert.Equal(0, (long)(await OverviewAsync("other"))["total"]!["visits"]!);
    }

    [Fact]
    public async Task NobodyFree_HindersAVisitOnce_HoweverOftenItIsDecided_InTheLanguageAskedFor()
    {
        await StartAsync();
        await _engine.FlounderAsync("v1");
        await _engine.SearchAsync("v1", "label again");
        await _engine.SearchAsync("v1", "label once more");
        var hindrance = Assert.Single((await OverviewAsync(query: "?language=de"))["hindrances"]!.AsArray())!;
        Assert.Equal(("nobody_free", "Niemand ist frei", 1L), ((string?)hindrance["code"], (string?)hindrance["text"], (long)hindrance["visits"]!));
        // An agent comes, and the visit that was hindered is invited after all.
        await _engine.AgentAsync();
        await _engine.SearchAsync("v1", "still no label");
        var overview = await OverviewAsync();
        Assert.Equal((0L, 1L), Of(overview["total"]!["offered"]!));
        Assert.Equal(1, (long)Assert.Single(overview["hindrances"]!.AsArray())!["visits"]!);
        Assert.Equal((1, 2, 1, 1), ((int)overview["load"]!["agentsAvailable"]!, (int)overview["load"]!["capacity"]!, (int)overview["load"]!["slotsHeld"]!, (int)overview["load"]!["freeSlots"]!));
    }

    [Fact]
    public async Task Course_FromYesToWrapUp_AndAQuestion_IsCountedByTheHour()
    {
        await StartAsync();
        await _engine.AgentAsync();
        await _engine.FlounderAsync("v1");
        var offer = (await _engine.OfferOfAsync("v1"))!.Offer;
        await AnswerAsync("v1", offer, "accepted");
        Assert.Equal(1, (int)(await OverviewAsync())["load"]!["visitorsWaiting"]!);
        await PostAsync($"/v1/cards/{offer}/claim", new { agent = "anna" });
        await PostAsync($"/v1/conversations/{offer}/wrap-up", new { agent = "anna", outcome = "should_not_have_been_invited" });
        await PostAsync($"/v1/conversations/{offer}/wrap-up", new { agent = "anna", outcome = "should_not_have_been_invited" });
        using var left = await _engine.CallAsync(HttpMethod.Post, "/v1/visitors/v2/questions", _engine.TokenOf("v2"), new { text = "Where is it?" }, "k1");
        Assert.Equal(HttpStatusCode.Created, left.StatusCode);
        await _engine.PassAsync(TimeSpan.FromMinutes(2));
        var overview = await OverviewAsync();
        var total = overview["total"]!;
        Assert.Equal((1L, 1L, 0L, 1L), ((long)total["accepted"]!, (long)total["claimed"]!, (long)total["declined"]!, (long)total["questionsLeft"]!));
        Assert.Equal((1L, 0L), ((long)overview["outcomes"]!["shouldNotHaveBeenInvited"]!, (long)overview["outcomes"]!["resolved"]!));
        Assert.Equal((0, 1), ((int)overview["load"]!["visitorsWaiting"]!, (int)overview["load"]!["questionsWaiting"]!));
        Assert.True(DateTimeOffset.Parse((string)overview["load"]!["oldestQuestionAt"]!, System.Globalization.CultureInfo.InvariantCulture) < _time.GetUtcNow());
    }

    [Fact]
    public async Task HeldOut_IsNotInvited_AndCountedApart()
    {
        await StartAsync(holdout: 1);
        await _engine.AgentAsync();
        await _engine.FlounderAsync("v1");
        var total = (await OverviewAsync())["total"]!;
        Assert.Equal(((0L, 1L), (0L, 0L)), (Of(total["heldOut"]!), Of(total["offered"]!)));
    }

    [Fact]
    public async Task WhoObjects_IsInNoCount()
    {
        await StartAsync();
        await _engine.SendAsync("v1", "page_viewed", new { page = new { url = "https://help.example/" }, privacy = new { dnt = true } });
        var overview = await OverviewAsync();
        Assert.Equal(0, (long)overview["total"]!["visits"]!);
        Assert.Equal(0, overview["now"]!.AsObject().Sum(n => (long)n.Value!));
    }

    [Fact]
    public async Task VisitorsNow_GoWithTheirSessions_AndTheirVisitsStayCounted()
    {
        await StartAsync();
        await _engine.FlounderAsync("v1");
        await _engine.PassAsync(TimeSpan.FromSeconds(5));
        _time.Advance(Limits.SessionGap + TimeSpan.FromMinutes(1));
        await _engine.SendAsync("v2", "page_viewed", new { page = new { url = "https://help.example/" } });
        var overview = await OverviewAsync();
        Assert.Equal((0L, 1L), ((long)overview["now"]!["floundering"]!, overview["now"]!.AsObject().Sum(n => (long)n.Value!)));
        Assert.Equal(2, (long)overview["total"]!["visits"]!);
    }

    [Theory]
    [InlineData(StorageCall.Commit, FaultKind.Breaks)]
    [InlineData(StorageCall.Commit, FaultKind.DoneButThrows)]
    [InlineData(StorageCall.Commit, FaultKind.Forgets)]
    public async Task WorkerThatBeginsAgain_CountsEachOnce(StorageCall call, FaultKind kind)
    {
        await StartAsync(SiteMode.Observe);
        await _engine.AgentAsync();
        await _engine.FlounderAsync("v1");
        _engine.Faults.Set(call, kind, 1);
        await _engine.AppendAsync(_engine.Record("v2", "page_viewed", new { page = new { url = "https://help.example/" } }));
        await _engine.RecoveredAsync();
        Assert.Equal(1, _engine.Faults.Met(call));
        foreach (var query in new[] { "return label", "print return label", "return label printer" }) await _engine.SearchAsync("v2", query);
        var total = (await OverviewAsync())["total"]!;
        Assert.Equal((2L, 2L, (0L, 2L)), ((long)total["visits"]!, (long)total["needs"]!, Of(total["wouldHaveOffered"]!)));
    }

    [Fact]
    public async Task Restart_KeepsCounts_AndCountsNothingAgain()
    {
        await StartAsync(SiteMode.Observe);
        await _engine.AgentAsync();
        await _engine.FlounderAsync("v1");
        var before = await OverviewAsync();
        await _engine.DisposeAsync();
        await StartAsync(SiteMode.Observe);
        await _engine.DecidedAsync();
        var after = await OverviewAsync();
        foreach (var part in new[] { "total", "reached", "hindrances", "now" }) Assert.Equal(before[part]!.ToJsonString(), after[part]!.ToJsonString());
    }

    [Fact]
    public async Task Answer_NamesNoVisitorSessionNorOffer()
    {
        await StartAsync();
        await _engine.AgentAsync("anna");
        await _engine.FlounderAsync("v1");
        var offer = (await _engine.OfferOfAsync("v1"))!;
        var text = (await OverviewAsync()).ToJsonString();
        foreach (var secret in new[] { "v1", offer.Visitor.ToString(), offer.Offer.ToString(), offer.Offer.Session.ToString(), "anna", "return label" })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_OtherThanTheSitesApiKey_AreRefused()
    {
        await StartAsync();
        foreach (var (credential, expected) in new (string?, HttpStatusCode)[]
                 {
                     (null, HttpStatusCode.Unauthorized), ("nonsense", HttpStatusCode.Unauthorized), (_engine.TokenOf("v1"), HttpStatusCode.Unauthorized),
                     (TestSites.WriteKey("demo"), HttpStatusCode.Forbidden), (TestSites.AgentToken("demo"), HttpStatusCode.Forbidden),
                 })
        {
            using var answer = await _engine.CallAsync(HttpMethod.Get, "/v1/overview", credential);
            Assert.Equal(expected, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }
        using var others = await _engine.CallAsync(HttpMethod.Get, "/v1/overview?site=other", TestSites.ApiKey("demo"));
        Assert.Equal(HttpStatusCode.Forbidden, others.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fr")]
    [InlineData("EN")]
    [InlineData("<script>")]
    public async Task Language_ThatIsNone_IsRefusedWithWhatIsAllowed(string language)
    {
        await StartAsync();
        using var answer = await _engine.CallAsync(HttpMethod.Get, $"/v1/overview?language={Uri.EscapeDataString(language)}", TestSites.ApiKey("demo"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(("invalid_field", "language"), ((string?)problem["code"], (string?)problem["field"]));
        Assert.Contains("en, de, nl or es", (string?)problem["allowed"], StringComparison.Ordinal);
    }

    private async Task AnswerAsync(string visitor, OfferId offer, string answer)
    {
        using var response = await _engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", _engine.TokenOf(visitor), new { answer });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task PostAsync(string path, object body)
    {
        using var response = await _engine.CallAsync(HttpMethod.Post, path, TestSites.AgentToken("demo"), body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
