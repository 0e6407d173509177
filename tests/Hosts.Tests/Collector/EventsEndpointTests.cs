using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Collector;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Hosts.Tests.Collector;

public sealed class EventsEndpointTests
{
    private const string Event = """{"id":"e1","visitor":"anna","type":"page_viewed","page":{"url":"https://shop.example/a","title":"A"}}""";

    [Fact]
    public async Task Post_OneEvent_IsDurableUnderTheVisitorsKey()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(Event);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("""{"accepted":1,"refused":0,"rejected":[]}""", (await CollectorHost.JsonOf(response)).ToJsonString());

        var (key, value) = Assert.Single(await host.ReadAsync(Topics.Events));
        Assert.StartsWith("shop:", key, StringComparison.Ordinal);
        Assert.Equal(key, $"shop:{value["visitor"]}");
        Assert.Equal((1, "e1", "shop", "page_viewed"), ((int)value["v"]!, (string)value["id"]!, (string)value["site"]!, (string)value["type"]!));
        Assert.DoesNotContain("anna", value.ToJsonString(), StringComparison.Ordinal);
        Assert.True(DateTimeOffset.Parse((string)value["receivedAt"]!) > DateTimeOffset.UtcNow.AddMinutes(-1));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain;charset=UTF-8")]
    [InlineData("")]
    public async Task Post_PrettyPrintedObject_IsOneEvent(string contentType)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(JsonNode.Parse(Event)!.ToJsonString(new() { WriteIndented = true }), contentType);
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(response))["accepted"]!);
    }

    [Fact]
    public async Task Post_ArrayWithBadEvents_RejectsThoseAlone()
    {
        await using var host = await CollectorHost.StartAsync();
        var deep = $$"""{"id":"x","visitor":"anna","type":"heartbeat","d":{{new string('[', 40)}}{{new string(']', 40)}}}""";
        var large = $$"""{"id":"x","visitor":"anna","type":"heartbeat","d":"{{new string('x', Limits.EventBytesMax)}}"}""";
        var body = $$"""[{{Event}}, {"id":"e2"}, 7, {"id":}, {{deep}}, {{large}}, {"id":"e3","visitor":"anna","type":"search_performed"}, {"id":"e4","visitor":"bob","type":"heartbeat"}]""";
        using var response = await host.SendAsync(body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var answer = await CollectorHost.JsonOf(response);
        Assert.Equal(2, (int)answer["accepted"]!);
        Assert.Equal(
            ["1 missing_type type", "2 malformed_json ", "3 malformed_json ", "4 too_deep ", "5 event_too_large ", "6 missing_field search.query"],
            answer["rejected"]!.AsArray().Select(r => $"{r!["index"]} {r["code"]} {r["field"]}"));
        Assert.All(answer["rejected"]!.AsArray(), r => Assert.False(string.IsNullOrEmpty((string?)r!["detail"])));
        Assert.Equal(["e1", "e4"], (await host.ReadAsync(Topics.Events)).Select(r => (string)r.Value["id"]!).Order());

        var rejects = await host.ReadAsync(Topics.Rejects);
        Assert.Equal(6, rejects.Count);
        Assert.All(rejects, r => Assert.True(Encoding.UTF8.GetByteCount((string?)r.Value["payload"] ?? "") <= Limits.RejectPayloadBytesMax));
        Assert.Equal((8, 2, 6, 0), ((int)host.Count("received"), (int)host.Count("accepted"), (int)host.Count("rejected"), (int)host.Count("refused")));
    }

    [Theory]
    [InlineData("application/x-ndjson")]
    [InlineData("text/plain")]
    public async Task Post_LinesWithBrokenOnes_RejectsThoseAlone(string contentType)
    {
        await using var host = await CollectorHost.StartAsync();
        var body = Encoding.UTF8.GetBytes($"{Event}\r\n\n{{broken\nnot json\n").Concat(new byte[] { (byte)'"', 0xFF, (byte)'\n' })
            .Concat(Encoding.UTF8.GetBytes("""{"id":"e2","visitor":"bob","type":"heartbeat"}""")).ToArray();
        using var response = await host.SendAsync(body, contentType);
        var answer = await CollectorHost.JsonOf(response);
        Assert.Equal(2, (int)answer["accepted"]!);
        Assert.Equal(["1 malformed_json", "2 malformed_json", "3 invalid_utf8"], answer["rejected"]!.AsArray().Select(r => $"{r!["index"]} {r["code"]}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("[{\"id\":\"1\"}")]
    [InlineData("[{\"id\":\"1}]")]
    [InlineData("[{}}]")]
    [InlineData("[] []")]
    public async Task Post_BodyWithoutEventBoundaries_IsProblemAndKept(string body)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await CollectorHost.JsonOf(response);
        Assert.Equal(("malformed_body", "https://engagement.example/problems/malformed_body", 400),
            ((string)problem["code"]!, (string)problem["type"]!, (int)problem["status"]!));
        Assert.Single(await host.ReadAsync(Topics.Rejects));
        Assert.Empty(await host.ReadAsync(Topics.Events));
        Assert.Equal(host.Count("received"), host.Count("rejected"));
    }

    [Fact]
    public async Task Post_EmptyArray_AcceptsNothing()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(" [ ] ");
        Assert.Equal("""{"accepted":0,"refused":0,"rejected":[]}""", (await CollectorHost.JsonOf(response)).ToJsonString());
    }

    [Fact]
    public async Task Post_RejectWithPersonalData_IsKeptWithout()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(
            """{"visitor" : "anna-1234","email":"x","note":"a@b.example","password": 1234, "x":"4111 1111 1111 1111", "page":{"url":"https://s.example/?token=abc"}, broken""");
        var payload = (string)Assert.Single(await host.ReadAsync(Topics.Rejects)).Value["payload"]!;
        foreach (var secret in new[] { "anna", "a@b", "1234", "4111", "abc" }) Assert.DoesNotContain(secret, payload, StringComparison.Ordinal);
        Assert.Contains("broken", payload, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":"e1","visitor":"anna","type":"page_viewed"}""", "no_consent")]
    [InlineData("""{"id":"e1","visitor":"anna","type":"page_viewed","privacy":{"consent":false}}""", "consent_refused")]
    public async Task Post_ConsentRequiredAndAbsent_KeepsNothing(string json, string cause)
    {
        Assert.NotEmpty(cause);
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(ConsentRule.Required)]);
        using var response = await host.SendAsync($"[{json},{{\"note\":\"unreadable\"}}]");
        var answer = await CollectorHost.JsonOf(response);
        Assert.Equal((0, 1), ((int)answer["accepted"]!, (int)answer["refused"]!));
        Assert.Empty(await host.ReadAsync(Topics.Events));
        Assert.Null(Assert.Single(await host.ReadAsync(Topics.Rejects)).Value["payload"]);
        Assert.Equal((2, 0, 1, 1), ((int)host.Count("received"), (int)host.Count("accepted"), (int)host.Count("rejected"), (int)host.Count("refused")));
    }

    [Fact]
    public async Task Post_ConsentGiven_IsAcceptedAndRefusalCountsEverywhere()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(ConsentRule.Required)]);
        using var given = await host.SendAsync("""{"id":"e1","visitor":"anna","type":"page_viewed","privacy":{"consent":true}}""");
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(given))["accepted"]!);

        await using var open = await CollectorHost.StartAsync();
        using var refused = await open.SendAsync("""{"id":"e1","visitor":"anna","type":"page_viewed","privacy":{"consent":false}}""");
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(refused))["refused"]!);
    }

    [Fact]
    public async Task Post_SiteOff_KeepsNothingAndBreaksNoPage()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(mode: SiteMode.Off)]);
        using var response = await host.SendAsync($"[{Event},{{}}]");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("""{"accepted":0,"refused":2,"rejected":[]}""", (await CollectorHost.JsonOf(response)).ToJsonString());
        Assert.Empty(await host.ReadAsync(Topics.Events));
        Assert.Empty(await host.ReadAsync(Topics.Rejects));
    }

    [Theory]
    [InlineData("https://shop.example/account/orders?x=1", true)]
    [InlineData("/Account", true)]
    [InlineData("https://shop.example/boots?from=/account", false)]
    [InlineData("https://shop.example", false)]
    public async Task Post_PageNeverRead_IsRefused(string url, bool isRefused)
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(neverRead: ["/account"])]);
        using var response = await host.SendAsync($$$"""{"id":"e1","visitor":"anna","type":"page_viewed","page":{"url":"{{{url}}}"}}""");
        Assert.Equal(isRefused ? 1 : 0, (int)(await CollectorHost.JsonOf(response))["refused"]!);
    }

    [Fact]
    public async Task Post_BrowserSignals_AreTheVisitorsAndAServersAreNot()
    {
        await using var host = await CollectorHost.StartAsync();
        using var page = await host.SendAsync(Event, more: r =>
        {
            r.Headers.Add("Origin", CollectorHost.Origin);
            r.Headers.Add("Sec-GPC", "1");
            r.Headers.Add("DNT", "1");
        });
        Assert.Equal(CollectorHost.Origin, Assert.Single(page.Headers.GetValues("Access-Control-Allow-Origin")));
        using var server = await host.SendAsync(Event.Replace("e1", "e2", StringComparison.Ordinal), more: r => r.Headers.Add("Sec-GPC", "1"));
        var records = (await host.ReadAsync(Topics.Events)).ToDictionary(r => (string)r.Value["id"]!, r => r.Value["privacy"]?.ToJsonString());
        Assert.Equal("""{"gpc":true,"dnt":true}""", records["e1"]);
        Assert.Null(records["e2"]);
    }

    [Fact]
    public async Task Post_KeyInQuery_IsTheCredential()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.Http.PostAsync(new Uri($"/v1/events?key={CollectorHost.WriteKey}", UriKind.Relative), new StringContent(Event));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    [Theory]
    [InlineData("", 401, "unauthorized")]
    [InlineData("no-such-key", 401, "unauthorized")]
    [InlineData(CollectorHost.ApiKey, 403, "role_not_entitled")]
    public async Task Post_OtherCredential_IsRefused(string key, int status, string code)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(Event, key: key);
        Assert.Equal((status, code), ((int)response.StatusCode, (string)(await CollectorHost.JsonOf(response))["code"]!));
    }

    [Fact]
    public async Task Post_ForeignOrigin_IsRefusedAndUnreadable()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(Event, more: r => r.Headers.Add("Origin", "https://evil.example"));
        Assert.Equal((403, "origin_not_allowed"), ((int)response.StatusCode, (string)(await CollectorHost.JsonOf(response))["code"]!));
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Empty(await host.ReadAsync(Topics.Events));
    }

    [Fact]
    public async Task Post_OtherSitesEvent_IsRejected()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync("""{"id":"e1","site":"other","visitor":"anna","type":"heartbeat"}""");
        Assert.Equal("site", (string)(await CollectorHost.JsonOf(response))["rejected"]![0]!["field"]!);
    }

    [Theory]
    [InlineData("application/xml", null)]
    [InlineData("application/json", "br")]
    public async Task Post_OtherMediaType_Is415(string contentType, string? encoding)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(Event, contentType, more: r =>
        {
            if (encoding is not null) r.Content!.Headers.ContentEncoding.Add(encoding);
        });
        Assert.Equal((415, "unsupported_media_type"), ((int)response.StatusCode, (string)(await CollectorHost.JsonOf(response))["code"]!));
    }

    [Fact]
    public async Task Post_Gzip_IsUnpacked()
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(Gzip(Encoding.UTF8.GetBytes($"[{Event}]")), more: r => r.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(response))["accepted"]!);
    }

    [Fact]
    public async Task Post_GzipBomb_StopsAtTheLimit()
    {
        await using var host = await CollectorHost.StartAsync();
        var bomb = Gzip(new byte[256 * 1024 * 1024]);
        Assert.True(bomb.Length < Limits.RequestBytesMax);
        var before = GC.GetTotalAllocatedBytes();
        using var response = await host.SendAsync(bomb, more: r => r.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal((413, "body_too_large"), ((int)response.StatusCode, (string)(await CollectorHost.JsonOf(response))["code"]!));
        Assert.True(GC.GetTotalAllocatedBytes() - before < 16 * 1024 * 1024);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255 })]
    public async Task Post_BrokenGzip_IsProblem(byte[] body)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync(body, more: r => r.Content!.Headers.ContentEncoding.Add("gzip"));
        Assert.Equal((400, "malformed_encoding"), ((int)response.StatusCode, (string)(await CollectorHost.JsonOf(response))["code"]!));
    }

    [Fact]
    public async Task Post_BodyOrEventsOverTheLimit_Are413()
    {
        await using var host = await CollectorHost.StartAsync();
        using var large = await host.SendAsync(new byte[Limits.RequestBytesMax + 1]);
        Assert.Equal((413, "body_too_large"), ((int)large.StatusCode, (string)(await CollectorHost.JsonOf(large))["code"]!));
        using var chunked = await host.SendAsync(new byte[Limits.RequestBytesMax + 1], more: r => r.Headers.TransferEncodingChunked = true);
        Assert.Equal(413, (int)chunked.StatusCode);
        using var many = await host.SendAsync("[" + string.Join(',', Enumerable.Repeat("{}", Limits.RequestEventsMax + 1)) + "]");
        Assert.Equal((413, "too_many_events"), ((int)many.StatusCode, (string)(await CollectorHost.JsonOf(many))["code"]!));
        using var full = await host.SendAsync("[" + string.Join(',', Enumerable.Range(0, Limits.RequestEventsMax).Select(i => Event.Replace("e1", $"e{i}", StringComparison.Ordinal))) + "]");
        Assert.Equal(Limits.RequestEventsMax, (int)(await CollectorHost.JsonOf(full))["accepted"]!);
        Assert.Equal(Limits.RequestEventsMax, (await host.ReadAsync(Topics.Events)).Count);
    }

    [Fact]
    public async Task Post_KeyOverItsBudget_Is429AndComesAgain()
    {
        await using var host = await CollectorHost.StartAsync(
            options: new CollectorOptions { EventsPerSecondMax = 1, EventsBurstMax = Limits.RequestEventsMax, SetsBotsApart = false });
        var body = "[" + string.Join(',', Enumerable.Repeat(Event, 2_000)) + "]";
        using var first = await host.SendAsync(body);
        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        using var second = await host.SendAsync(body);
        Assert.Equal((429, "too_many_requests"), ((int)second.StatusCode, (string)(await CollectorHost.JsonOf(second))["code"]!));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1_400, 1_500);
        Assert.Equal((4_000, 2_000, 2_000), ((int)host.Count("received"), (int)host.Count("accepted"), (int)host.Count("deferred")));
    }

    [Theory]
    [InlineData(AppendOutcome.Busy, "busy")]
    [InlineData(AppendOutcome.Unavailable, "unavailable")]
    public async Task Post_LogThatCannotKeep_Is503AndNothingIsAcknowledged(AppendOutcome outcome, string code)
    {
        await using var host = await CollectorHost.StartAsync(around: log => new RefusingEventLog(log, outcome));
        using var response = await host.SendAsync(Event);
        Assert.Equal((503, code), ((int)response.StatusCode, (string)(await CollectorHost.JsonOf(response))["code"]!));
        Assert.Equal(7, response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Equal((1, 0, 1), ((int)host.Count("received"), (int)host.Count("accepted"), (int)host.Count("deferred")));
    }

    [Fact]
    public async Task Post_Replay_SetsReceivedAtAndMust()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(), CollectorHost.Past()]);
        using var response = await host.SendAsync(
            """
            {"id":"e1","visitor":"anna","type":"heartbeat","receivedAt":"2015-06-02T05:02:12Z"}
            {"id":"e2","visitor":"anna","type":"heartbeat"}
            {"id":"e3","visitor":"anna","type":"heartbeat","receivedAt":1433221332117}
            """, "application/x-ndjson", CollectorHost.ReplayKey);
        var answer = await CollectorHost.JsonOf(response);
        Assert.Equal((2, "receivedAt"), ((int)answer["accepted"]!, (string)answer["rejected"]![0]!["field"]!));
        Assert.Equal(["2015-06-02T05:02:12.000Z", "2015-06-02T05:02:12.117Z"],
            (await host.ReadAsync(Topics.Events)).Select(r => (string)r.Value["receivedAt"]!).Order());
    }

    [Theory]
    [InlineData("\"1970-01-01T00:00:00Z\"")]
    [InlineData("\"2099-12-31T23:59:59+14:00\"")]
    [InlineData("0")]
    public async Task Post_ClockYearsOff_IsKeptAsSaidWithOurReceivedAt(string occurredAt)
    {
        await using var host = await CollectorHost.StartAsync();
        using var response = await host.SendAsync($$"""{"id":"e1","visitor":"anna","type":"heartbeat","occurredAt":{{occurredAt}},"receivedAt":"1999-01-01T00:00:00Z"}""");
        var record = Assert.Single(await host.ReadAsync(Topics.Events)).Value;
        Assert.DoesNotContain("1999", (string)record["receivedAt"]!, StringComparison.Ordinal);
        Assert.True(Math.Abs((DateTimeOffset.Parse((string)record["occurredAt"]!) - DateTimeOffset.UtcNow).TotalDays) > 3650);
    }

    [Theory]
    [InlineData(CollectorHost.Origin, true)]
    [InlineData("https://evil.example", false)]
    public async Task Options_Preflight_AllowsListedOrigins(string origin, bool isAllowed)
    {
        await using var host = await CollectorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/v1/events");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(isAllowed, response.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.Equal(isAllowed, response.Headers.TryGetValues("Access-Control-Allow-Headers", out var headers) && headers.Single().Contains("authorization", StringComparison.Ordinal));
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>The real log, but that appends end as told: what a full queue or a lost disk looks like from here.</summary>
    private sealed class RefusingEventLog(IEventLog log, AppendOutcome outcome) : IEventLog
    {
        public int PartitionCount => log.PartitionCount;
        public bool HasBoundsAtHand => log.HasBoundsAtHand;
        public ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation) =>
            ValueTask.FromResult(new AppendResult(outcome, TimeSpan.FromSeconds(7)));
        public ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation) => log.JoinAsync(topic, group, cancellation);
        public ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation) => log.GetBoundsAsync(topic, partition, cancellation);
        public ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation) => log.ReadAsync(topic, partition, offset, maxRecords, cancellation);
        public ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation) => log.TrimAsync(topic, before, cancellation);
        public ValueTask CheckAsync(CancellationToken cancellation) => log.CheckAsync(cancellation);
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
