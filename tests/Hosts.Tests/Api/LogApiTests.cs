using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core.Contracts;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>What an engineer who connects a site can see: a visitor's events, and what was not taken.</summary>
public sealed class LogApiTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningEngine _engine = null!;

    public async Task InitializeAsync() => _engine = await RunningEngine.StartAsync(_folder.File("engagement.db"), null, true, [TestSites.Live(), TestSites.Live("other")]);

    public async Task DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK, string site = "demo", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? TestSites.ApiKey(site));
        using var response = await _engine.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    private Task SendAsync(string visitor, int from, int count) =>
        _engine.AppendAsync([.. Enumerable.Range(from, count).Select(i => _engine.Record(visitor, "heartbeat", id: $"m{i}"))]);

    private async Task RejectAsync(string site, params string[] rejects) => Assert.True((await _engine.Log.AppendAsync(
        Topics.Rejects, [.. rejects.Select(r => new LogAppend(Encoding.UTF8.GetBytes(site), Encoding.UTF8.GetBytes(r)))], default)).IsDurable);

    [Fact]
    public async Task Events_OfOneVisitor_NewestFirst_InPages()
    {
        await SendAsync("anna", 0, 30);
        await SendAsync("bob", 100, 30);
        await SendAsync("anna", 30, 30);

        var ids = new List<string>();
        string? before = null;
        var pages = 0;
        do
        {
            var page = await GetAsync($"/v1/events?visitor=anna&limit=25{(before is null ? "" : "&before=" + before)}");
            ids.AddRange(page["events"]!.AsArray().Where(e => (string)e!["type"]! == "heartbeat").Select(e => (string)e!["id"]!));
            Assert.DoesNotContain("anna", page.ToJsonString(), StringComparison.Ordinal);
            before = (string?)page["next"];
        }
        while (before is not null && pages++ < 20);
        Assert.Equal(Enumerable.Range(0, 60).Reverse().Select(i => $"m{i}"), ids);
        Assert.Empty((await GetAsync("/v1/events?visitor=carol"))["events"]!.AsArray());
        Assert.Empty((await GetAsync("/v1/events?visitor=anna", site: "other"))["events"]!.AsArray());
    }

    [Fact]
    public async Task Events_OfAVisitorWhoAskedToBeForgotten_AreHidden()
    {
        await SendAsync("anna", 0, 3);
        Assert.Equal(3, (await GetAsync("/v1/events?visitor=anna"))["events"]!.AsArray().Count(e => (string)e!["type"]! == "heartbeat"));
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/visitors/anna");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TestSites.ApiKey("demo"));
        using var response = await _engine.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
        Assert.Empty((await GetAsync("/v1/events?visitor=anna"))["events"]!.AsArray());
    }

    [Fact]
    public async Task Rejects_ByCodeFieldAndDialect()
    {
        await RejectAsync("demo",
            """{"v":1,"site":"demo","code":"missing_field","field":"properties.product_id","dialect":"segment","index":0}""",
            """{"v":1,"site":"demo","code":"missing_visitor","field":"anonymousId","dialect":"segment","index":1}""",
            """{"v":1,"site":"demo","code":"malformed_json","index":2}""");
        var all = (await GetAsync("/v1/rejects"))["rejects"]!.AsArray();
        Assert.Equal(["malformed_json ", "missing_visitor anonymousId", "missing_field properties.product_id"], all.Select(r => $"{r!["code"]} {r["field"]}"));
        Assert.Equal(1, (int)Assert.Single((await GetAsync("/v1/rejects?code=missing_visitor"))["rejects"]!.AsArray())!["index"]!);
        Assert.Single((await GetAsync("/v1/rejects?field=properties.product_id&dialect=segment"))["rejects"]!.AsArray());
        Assert.Equal("malformed_json", (string)Assert.Single((await GetAsync("/v1/rejects?dialect=native"))["rejects"]!.AsArray())!["code"]!);
        Assert.Empty((await GetAsync("/v1/rejects", site: "other"))["rejects"]!.AsArray());
    }

    [Theory]
    [InlineData("/v1/events", HttpStatusCode.BadRequest)]
    [InlineData("/v1/events?visitor=a&limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/v1/rejects?limit=501", HttpStatusCode.BadRequest)]
    [InlineData("/v1/rejects?before=-1", HttpStatusCode.BadRequest)]
    public async Task WrongQuestions_AreProblems(string path, HttpStatusCode expected) => Assert.Equal("invalid_field", (string)(await GetAsync(path, expected))["code"]!);

    [Fact]
    public async Task WriteKey_ReadsNothing()
    {
        await GetAsync("/v1/events?visitor=a", HttpStatusCode.Forbidden, key: TestSites.WriteKey("demo"));
        await GetAsync("/v1/rejects", HttpStatusCode.Unauthorized, key: "nobody");
    }
}
