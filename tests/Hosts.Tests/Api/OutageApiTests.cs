using System.Net;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>What the API says while the log or the store is away, and that whatever is asked again is done once.</summary>
public sealed class OutageApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningEngine _engine = null!;

    public async Task InitializeAsync()
    {
        _engine = await RunningEngine.StartAsync(_folder.File("engagement.db"));
        await _engine.AgentAsync();
        await _engine.FlounderAsync("v1");
    }

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The answer, while the clock goes on.</summary>
    private async Task<(HttpResponseMessage Response, JsonNode? Body)> CallAsync(HttpMethod method, string path, string credential, object? body = null, string? key = null)
    {
        var call = _engine.CallAsync(method, path, credential, body, key);
        while (await Task.WhenAny(call, Task.Delay(2)) != call) _engine.Time.Advance(TimeSpan.FromMilliseconds(20));
        var text = await (await call).Content.ReadAsStringAsync();
        return (await call, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private async Task AssertSaysWhenAsync(HttpMethod method, string path, string credential, object? body = null, string? key = null)
    {
        var (response, problem) = await CallAsync(method, path, credential, body, key);
        Assert.Equal((503, "unavailable"), ((int)response.StatusCode, (string?)problem!["code"]));
        Assert.True(response.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        response.Dispose();
    }

    private async Task AssertDoneAsync(HttpMethod method, string path, string credential, object? body = null, string? key = null, int status = 200)
    {
        var (response, _) = await CallAsync(method, path, credential, body, key);
        Assert.Equal(status, (int)response.StatusCode);
        response.Dispose();
    }

    private async Task<string> OfferAsync() => (await _engine.OfferOfAsync("v1"))!.Offer.ToString();

    private async Task<int> RecordsAsync(string type) =>
        (await _engine.ReadAllAsync(Topics.Events)).Where(r => (string?)r["type"] == type).Select(r => (string?)r["id"]).Distinct().Count();

    [Theory]
    [InlineData(FaultKind.Throws, "GET", false)]
    [InlineData(FaultKind.Throws, "GET", true)]
    [InlineData(FaultKind.Throws, "POST", false)]
    [InlineData(FaultKind.Deaf, "GET", false)]
    [InlineData(FaultKind.Deaf, "GET", true)]
    [InlineData(FaultKind.Deaf, "POST", false)]
    public async Task ShouldEngage_StoreAway_IsSilentInItsDeadline(FaultKind kind, string method, bool byBrowser)
    {
        Assert.True((bool)(await _engine.ShouldEngageAsync("v1"))["engage"]!);
        _engine.Faults.Set(StorageCall.Ask, kind);
        var events = new[] { new { id = "q1", type = "search_performed", occurredAt = _engine.Now.ToString(), search = new { query = "return label", resultCount = 0, scope = "help" } } };
        var call = method == "GET"
            ? _engine.CallAsync(HttpMethod.Get, "/v1/should-engage?visitor=v1", byBrowser ? _engine.TokenOf("v1") : TestSites.ApiKey("demo"))
            : _engine.CallAsync(HttpMethod.Post, "/v1/should-engage", TestSites.ApiKey("demo"), new { visitor = "v1", events });
        if (kind == FaultKind.Deaf)
        {
            await RunningEngine.UntilAsync(() => Task.FromResult(_engine.Faults.Met(StorageCall.Ask) > 0));
            await Task.Delay(100);
            Assert.False(call.IsCompleted);
            _engine.Time.Advance(TimeSpan.FromMilliseconds(45));
        }
        using var response = await call.WaitAsync(TimeSpan.FromSeconds(10));
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.OK, false), (response.StatusCode, (bool)answer["engage"]!));
        if (!byBrowser) Assert.Equal(["unavailable"], answer["blockers"]!.AsArray().Select(b => (string?)b!["code"]));
    }

    [Theory]
    [InlineData(StorageCall.Ask, FaultKind.Throws)]
    [InlineData(StorageCall.Ask, FaultKind.Deaf)]
    [InlineData(StorageCall.Append, FaultKind.Unavailable)]
    [InlineData(StorageCall.Append, FaultKind.DoneButUnavailable)]
    [InlineData(StorageCall.Append, FaultKind.Deaf)]
    public async Task Invitation_StorageAway_SaysWhen_AndIsMadeOnceAfterwards(StorageCall call, FaultKind kind)
    {
        var events = new[] { "return label", "print return label", "return label printer", "where is the return label" }.Select((query, i) => new
        {
            id = $"q{i}", type = "search_performed", occurredAt = (_engine.Now - TimeSpan.FromSeconds(40 - 8 * i)).ToString(), search = new { query, resultCount = 0, scope = "help" },
        }).ToArray();
        var body = new { visitor = "v2", events };
        _engine.Faults.Set(call, kind);
        await AssertSaysWhenAsync(HttpMethod.Post, "/v1/invitations", TestSites.ApiKey("demo"), body, "key-1");
        _engine.Faults.Mend();
        await _engine.RecoveredAsync();

        var (again, made) = await CallAsync(HttpMethod.Post, "/v1/invitations", TestSites.ApiKey("demo"), body, "key-1");
        Assert.True(again.IsSuccessStatusCode, made?.ToJsonString());
        again.Dispose();
        var offers = (await _engine.ReadAllAsync(Topics.Events)).Where(r => (string?)r["type"] == "invitation_offered").Select(r => (string?)r["offer"]).Distinct();
        Assert.Equal(2, offers.Count());
    }

    [Theory]
    [InlineData("accepted", StorageCall.Append, FaultKind.Unavailable)]
    [InlineData("declined", StorageCall.Append, FaultKind.Unavailable)]
    [InlineData("declined", StorageCall.Append, FaultKind.DoneButUnavailable)]
    [InlineData("declined", StorageCall.Append, FaultKind.Deaf)]
    [InlineData("declined", StorageCall.Answer, FaultKind.Throws)]
    [InlineData("accepted", StorageCall.Answer, FaultKind.DoneButThrows)]
    [InlineData("declined", StorageCall.Answer, FaultKind.Deaf)]
    public async Task Answer_StorageAway_SaysWhen_AndIsTakenOnceAfterwards(string answer, StorageCall call, FaultKind kind)
    {
        var path = $"/v1/invitations/{await OfferAsync()}/answer";
        _engine.Faults.Set(call, kind);
        await AssertSaysWhenAsync(HttpMethod.Post, path, _engine.TokenOf("v1"), new { answer });
        _engine.Faults.Mend();
        await AssertDoneAsync(HttpMethod.Post, path, _engine.TokenOf("v1"), new { answer });
        await _engine.RecoveredAsync();
        Assert.Equal(1, await RecordsAsync($"invitation_{answer}"));
        var expected = answer == "accepted" ? OfferStatus.Accepted : OfferStatus.Declined;
        Assert.Equal(expected, (await _engine.Store.GetAssessmentAsync("demo", _engine.KeyOf("v1"), default))!.Offer);
    }

    [Fact]
    public async Task ClaimAndEnd_LogAway_SayWhen_AndAreRecordedOnceAfterwards()
    {
        var offer = await OfferAsync();
        await AssertDoneAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", _engine.TokenOf("v1"), new { answer = "accepted" });
        foreach (var (path, type) in new[] { ($"/v1/cards/{offer}/claim", "chat_claimed"), ($"/v1/cards/{offer}/end", "chat_ended") })
        {
            _engine.Faults.Set(StorageCall.Append, FaultKind.Unavailable);
            await AssertSaysWhenAsync(HttpMethod.Post, path, TestSites.AgentToken("demo"), new { agent = "anna" });
            _engine.Faults.Mend();
            await AssertDoneAsync(HttpMethod.Post, path, TestSites.AgentToken("demo"), new { agent = "anna" });
            Assert.Equal(1, await RecordsAsync(type));
        }
    }

    [Fact]
    public async Task AgentLeaves_LogAway_TheWithdrawalIsRecordedWhenItIsBack()
    {
        _engine.ForgetAgents();
        _engine.Faults.Set(StorageCall.Append, FaultKind.Unavailable);
        await AssertSaysWhenAsync(HttpMethod.Put, "/v1/agents/anna/presence", TestSites.AgentToken("demo"), new { status = "away" });
        Assert.Null(await _engine.OfferOfAsync("v1"));
        Assert.Equal(0, await RecordsAsync("invitation_withdrawn"));
        _engine.Faults.Mend();
        await RunningEngine.UntilAsync(async () =>
        {
            _engine.Time.Advance(TimeSpan.FromMilliseconds(20));
            return await RecordsAsync("invitation_withdrawn") == 1;
        });
        await _engine.RecoveredAsync();
        Assert.Equal(OfferStatus.Withdrawn, (await _engine.Store.GetAssessmentAsync("demo", _engine.KeyOf("v1"), default))!.Offer);
    }

    [Fact]
    public async Task Erase_LogAway_SaysWhen_AndIsDoneAfterwards()
    {
        _engine.Faults.Set(StorageCall.Append, FaultKind.Unavailable);
        await AssertSaysWhenAsync(HttpMethod.Delete, "/v1/visitors/v1", _engine.TokenOf("v1"));
        _engine.Faults.Mend();
        await AssertDoneAsync(HttpMethod.Delete, "/v1/visitors/v1", _engine.TokenOf("v1"));
        await _engine.RecoveredAsync();
        Assert.Null(await _engine.Store.GetAssessmentAsync("demo", _engine.KeyOf("v1"), default));
        Assert.Equal("unknown", (string?)(await _engine.ShouldEngageAsync("v1"))["state"]);
    }
}
