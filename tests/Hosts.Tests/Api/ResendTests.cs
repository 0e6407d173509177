using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Events;
using Engagement.Core.Privacy;
using Engagement.Core.Sites;
using Engagement.Engine.Stream;
using Hosts.Tests.Collector.Rejects;
using Hosts.Tests.Engine;

namespace Hosts.Tests.Api;

/// <summary>A sender's mapping breaks, is mended, and what was rejected meanwhile is sent again.</summary>
public sealed class ResendTests
{
    /// <summary>A view of a product in each dialect, its number under a name that is not known yet (<see cref="MendedDialect.Wrong"/>); and what the name means.</summary>
    public static TheoryData<string, string, string, string> Views => new()
    {
        { "segment", "/v1/batch", """{"batch":[{"type":"page","messageId":"p","anonymousId":"bob"},{"type":"track","messageId":"m","anonymousId":"anna","event":"Product Viewed","properties":{"artno":"cup-9"}}]}""", "product_id" },
        { "snowplow", "/com.snowplowanalytics.snowplow/tp2", """{"data":[{"e":"ue","eid":"1","duid":"anna","ue_pr":"{\"schema\":\"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0\",\"data\":{\"schema\":\"iglu:com.snowplowanalytics.snowplow/add_to_cart/jsonschema/1-0-0\",\"data\":{\"artno\":\"cup-9\"}}}"}]}""", "sku" },
        { "shopify", "/v1/shopify", """{"id":"1","clientId":"anna","name":"product_viewed","data":{"productVariant":{"product":{"artno":"cup-9"}}}}""", "id" },
        { "matomo", "/matomo.php?_id=anna&_pkn=Cup", "artno=cup-9", "_pks" },
        { "ga4", "/mp/collect", """{"client_id":"anna","events":[{"name":"view_item","params":{"items":[{"artno":"cup-9","item_name":"Cup"}]}}]}""", "item_id" },
        { "posthog", "/batch", """{"batch":[{"event":"Product Viewed","distinct_id":"anna","properties":{"artno":"cup-9"}}]}""", "product_id" },
        { "cloudevents", "/v1/cloudevents", """[{"specversion":"1.0","id":"1","source":"/kb","type":"product_viewed","data":{"visitor":"anna","product":{"artno":"cup-9"}}}]""", "id" },
        { "gtag", "/g/collect?v=2&cid=anna", "en=view_item&pr1=artnocup-9~nmCup", "id" },
    };

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Resend_OnceTheMappingIsMended_TheEventStands_AndTwiceItStandsOnce(string dialect, string path, string body, string means)
    {
        await using var host = await ResendHost.StartAsync();
        (await host.SendAsync(path, body)).Dispose();
        var receivedAt = host.Engine.Now.ToString();
        host.Engine.Time.Advance(TimeSpan.FromMinutes(20));
        var reject = Assert.Single(await host.RejectsAsync());
        Assert.Equal((dialect, "missing_field", true), ((string)reject["dialect"]!, (string)reject["code"]!, (bool)reject["resendable"]!));
        Assert.Null(reject["original"]);
        Assert.DoesNotContain("anna", reject.ToJsonString(), StringComparison.Ordinal);

        // Not mended yet: a dry run and a real one say why.
        var again = $"1: 0 taken, 1 again missing_field {reject["field"]}";
        Assert.Equal(again, ResendHost.Told(await host.ResendAsync(new { dryRun = true })));
        Assert.Equal(again, ResendHost.Told(await host.ResendAsync()));

        host.Mend(means);
        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync(new { dialect, dryRun = true })));
        Assert.Empty(await host.EventsAsync("anna"));
        Assert.True((bool)Assert.Single(await host.RejectsAsync())["resendable"]!);

        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync(new { dialect })));
        var e = Assert.Single(await host.EventsAsync("anna"));
        Assert.Equal(("cup-9", receivedAt, dialect), ((string)e["product"]!["id"]!, (string)e["receivedAt"]!, (string)e["source"]!["dialect"]!));
        reject = Assert.Single(await host.RejectsAsync());
        Assert.False((bool)reject["resendable"]!);
        Assert.Equal(host.Engine.Now.ToString()[..16], ((string)reject["resentAt"]!)[..16]);

        Assert.Equal("1: 0 taken, 1 before", ResendHost.Told(await host.ResendAsync()));
        Assert.Equal("1: 0 taken, 1 before", ResendHost.Told(await host.ResendAsync(new { dryRun = true })));
        Assert.Single(await host.EventsAsync("anna"));
    }

    [Fact]
    public async Task Resend_OwnForm_OfAnEarlierVersionThatKnewLess()
    {
        await using var host = await ResendHost.StartAsync();
        await RejectByAnEarlierVersionAsync(host, "anna", """{"id":"e1","visitor":"anna","type":"product_viewed","product":{"id":"cup-9"}}""");
        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync(new { dialect = "native" })));
        Assert.Equal("e1", (string)Assert.Single(await host.EventsAsync("anna"))["id"]!);
    }

    [Fact]
    public async Task Resend_OwnForm_TheVisitorBehindTheFaultIsFound()
    {
        await using var host = await ResendHost.StartAsync();
        (await host.SendAsync("/v1/events", """{"id":"1","type":"product_viewed","product":{"id":7},"visitor":"anna"}""")).Dispose();
        var reject = Assert.Single(await host.RejectsAsync());
        Assert.Equal((host.Engine.KeyOf("anna").ToString(), true), ((string)reject["visitor"]!, (bool)reject["resendable"]!));
        Assert.Equal("1: 0 taken, 1 again invalid_field product.id", ResendHost.Told(await host.ResendAsync()));
    }

    [Fact]
    public async Task Resend_ManyAtOnce_EachStandsOnce()
    {
        await using var host = await ResendHost.StartAsync();
        foreach (var visitor in new[] { "anna", "bob" })
            for (var i = 0; i < 10; i++) await host.RejectedAsync(visitor, $"m{i}");
        host.Mend();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => host.ResendAsync()));
        Assert.Equal(20, answers.Sum(a => (int)a["taken"]!));
        Assert.Equal(["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"], (await host.EventsAsync("anna")).Select(e => (string)e["id"]!).Reverse());
        Assert.Equal(10, (await host.EventsAsync("bob")).Count);
    }

    [Fact]
    public async Task Resend_OfARejectThatTheLogHasTwice_StandsOnce()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        var twice = Encoding.UTF8.GetBytes(Assert.Single(await host.Engine.ReadAllAsync(Topics.Rejects)).ToJsonString());
        Assert.True((await host.Engine.Log.AppendAsync(Topics.Rejects, [new LogAppend("demo"u8.ToArray(), twice)], default)).IsDurable);
        host.Mend();
        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync()));
        Assert.Equal("1: 0 taken, 1 before", ResendHost.Told(await host.ResendAsync()));
        Assert.Single(await host.EventsAsync("anna"));
    }

    [Fact]
    public async Task Resend_InPages_OldestFirst_UntilTheEnd()
    {
        await using var host = await ResendHost.StartAsync();
        for (var i = 0; i < 7; i++) await host.RejectedAsync("anna", $"m{i}");
        (await host.SendAsync("/v1/events", "{{{")).Dispose();
        host.Mend();
        var (taken, pages, next) = (0, 0, (string?)null);
        do
        {
            var page = await host.ResendAsync(new { limit = 3, after = next });
            (taken, next, pages) = (taken + (int)page["taken"]!, (string?)page["next"], pages + 1);
            Assert.Equal(taken, (await host.EventsAsync("anna")).Count);
        }
        while (next is not null);
        Assert.Equal((7, 3), (taken, pages));
        Assert.Equal(["m6", "m5", "m4", "m3", "m2", "m1", "m0"], (await host.EventsAsync("anna")).Select(e => (string)e["id"]!));
    }

    [Fact]
    public async Task Resend_ByFilter_LeavesTheOthers()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna", "early");
        host.Engine.Time.Advance(TimeSpan.FromMinutes(10));
        var between = host.Engine.Now.ToString();
        host.Engine.Time.Advance(TimeSpan.FromMinutes(10));
        await host.RejectedAsync("anna", "late");
        (await host.SendAsync("/v1/events", """{"id":"1","visitor":"anna","type":"product_viewed"}""")).Dispose();
        host.Mend();
        foreach (var (filter, matched) in new (object, int)[]
        {
            (new { code = "missing_type" }, 0), (new { field = "product.id" }, 1), (new { dialect = "segment" }, 2), (new { dialect = "native" }, 1),
            (new { until = between }, 1), (new { since = between }, 2), (new { since = between, dialect = "segment" }, 1),
        })
        {
            Assert.Equal(matched, (int)(await host.ResendAsync(Dry(filter)))["matched"]!);
        }
        Assert.Equal(2, (await host.RejectsAsync($"&since={Uri.EscapeDataString(between)}")).Count);
        Assert.Single(await host.RejectsAsync($"&until={Uri.EscapeDataString(between)}"));
        await host.ResendAsync(new { since = between, dialect = "segment" });
        Assert.Equal("late", (string)Assert.Single(await host.EventsAsync("anna"))["id"]!);

        static JsonObject Dry(object filter)
        {
            var asked = System.Text.Json.JsonSerializer.SerializeToNode(filter)!.AsObject();
            asked["dryRun"] = true;
            return asked;
        }
    }

    [Fact]
    public async Task Resend_OfAVisitThatIsOver_MakesNoInvitation_ThoughAPageOfHersIsOpen()
    {
        await using var host = await ResendHost.StartAsync();
        await FlounderedAsync(host, "anna");
        host.Engine.Time.Advance(TimeSpan.FromMinutes(40));
        using var page = host.Engine.OpenPage("anna");
        await host.Engine.AgentAsync();
        host.Mend("query");
        Assert.Equal("4: 4 taken", ResendHost.Told(await host.ResendAsync()));
        await host.Engine.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(4, (await host.EventsAsync("anna")).Count);
        Assert.Equal(0, await host.Engine.CountAsync("invitation_offered"));
        Assert.Null(await host.Engine.OfferOfAsync("anna"));
    }

    [Fact]
    public async Task Resend_WhileTheVisitGoesOn_CountsForIt()
    {
        await using var host = await ResendHost.StartAsync();
        await FlounderedAsync(host, "anna");
        using var page = host.Engine.OpenPage("anna");
        await host.Engine.AgentAsync();
        host.Mend("query");
        await host.ResendAsync();
        await RunningEngine.UntilAsync(async () => await host.Engine.OfferOfAsync("anna") is not null);
    }

    [Fact]
    public async Task Resend_ToALaterVisit_ChangesNothingOfIt()
    {
        await using var host = await ResendHost.StartAsync();
        await FlounderedAsync(host, "anna");
        host.Engine.Time.Advance(TimeSpan.FromMinutes(40));
        await host.Engine.AgentAsync();
        await host.Engine.SendAsync("anna", "page_viewed", new { page = new { url = "https://help.example/", title = "Help", language = "en" } });
        host.Mend("query");
        await host.ResendAsync();
        var assessment = await host.Engine.Store.GetAssessmentAsync("demo", host.Engine.KeyOf("anna"), default);
        Assert.Equal(1, assessment!.Step);
        Assert.Null(await host.Engine.OfferOfAsync("anna"));
    }

    [Fact]
    public async Task Resend_OnAnotherDay_StandsUnderTheKeyOfItsOwn_AndErasureFindsIt()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        var key = host.Engine.KeyOf("anna").ToString();
        host.Engine.Time.Advance(TimeSpan.FromHours(50));
        host.Mend();
        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync()));
        Assert.NotEqual(key, host.Engine.KeyOf("anna").ToString());
        Assert.Contains(await host.Engine.ReadAllAsync(Topics.Events), e => (string?)e["visitor"] == key && (string?)e["type"] == "product_viewed");

        // As long as the log has it, which is longer than the site keeps what came that day.
        host.Engine.Time.Advance(TimeSpan.FromDays(6));
        Assert.Contains("cup-9", (await ExportAsync(host))["events"]!.ToJsonString(), StringComparison.Ordinal);
        await EraseAsync(host, "anna");
        Assert.Empty((await ExportAsync(host))["events"]!.AsArray());
    }

    [Fact]
    public async Task Erasure_LeavesNothingThatCanBeOpened()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        await host.RejectedAsync("bob");
        Assert.Contains("cup-9", (string)Assert.Single((await ExportAsync(host))["rejects"]!.AsArray())!["original"]!, StringComparison.Ordinal);
        var box = (await SealedAsync(host)).Single(r => r.Visitor == host.Engine.KeyOf("anna"));
        var key = Assert.Single(await host.Engine.Store.FindRejectsAsync("demo", [new(box.Visitor!.Value, box.Id!)], default)).Key;
        Assert.True(RejectSeal.TryOpen(key, RejectRecord.PlaceOf("demo", box.Visitor.Value, box.Id!), box.Original.Span, out _));

        host.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        await EraseAsync(host, "anna");
        Assert.Null(Assert.Single(await host.Engine.Store.FindRejectsAsync("demo", [new(box.Visitor.Value, box.Id!)], default)).Key);
        var bobs = Assert.Single(await host.Engine.Store.KeepRejectKeysAsync("demo", [host.Engine.KeyOf("bob")], default));
        var hers = Assert.Single(await host.Engine.Store.KeepRejectKeysAsync("demo", [box.Visitor.Value], default));
        foreach (var other in new[] { bobs, hers, new byte[RejectSeal.KeyBytes] })
            Assert.False(RejectSeal.TryOpen(other, RejectRecord.PlaceOf("demo", box.Visitor.Value, box.Id!), box.Original.Span, out _));

        Assert.Equal(host.Engine.KeyOf("bob").ToString(), (string)Assert.Single(await host.RejectsAsync())["visitor"]!);
        Assert.Empty((await ExportAsync(host))["rejects"]!.AsArray());
        host.Mend();
        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync()));
        Assert.Empty(await host.EventsAsync("anna"));
    }

    [Fact]
    public async Task Erasure_AfterItWasSentAgain_HidesTheEventToo()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        host.Mend();
        await host.ResendAsync();
        host.Engine.Time.Advance(TimeSpan.FromSeconds(1));
        await EraseAsync(host, "anna");
        Assert.Empty(await host.EventsAsync("anna"));
        Assert.Empty((await ExportAsync(host))["events"]!.AsArray());
    }

    [Fact]
    public async Task Key_ThatIsGone_TheRejectSaysSo_AndAfterItsTimeItIs()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        var key = host.Engine.KeyOf("anna");
        await host.Engine.Store.EraseAsync("demo", key, default);
        var reject = Assert.Single(await host.RejectsAsync());
        Assert.Equal((false, RejectCauses.KeyGone), ((bool)reject["resendable"]!, (string)reject["why"]!));
        Assert.Equal("1: 0 taken, 1 not key_gone", ResendHost.Told(await host.ResendAsync()));

        await host.Engine.Store.KeepRejectKeysAsync("demo", [key], default);
        host.Engine.Time.Advance(Limits.RejectRetention + TimeSpan.FromSeconds(1));
        Assert.Null(Assert.Single(await host.Engine.Store.FindRejectsAsync("demo", [new(key, "1")], default)).Key);
    }

    [Theory]
    [InlineData(ConsentRule.Required, "", null, RejectCauses.NotPermitted)]
    [InlineData(ConsentRule.Required, ""","context":{"privacy":{"consent":true}}""", null, null)]
    [InlineData(ConsentRule.Required, ""","context":{"privacy":{"consent":false}}""", null, RejectCauses.NotPermitted)]
    [InlineData(ConsentRule.NotRequired, ""","context":{"privacy":{"gpc":true}}""", null, RejectCauses.Objected)]
    [InlineData(ConsentRule.NotRequired, "", "Sec-GPC", RejectCauses.Objected)]
    [InlineData(ConsentRule.NotRequired, "", "DNT", RejectCauses.Objected)]
    public async Task Original_WithoutPermission_IsNotKept_AndSaysWhy(ConsentRule consent, string more, string? header, string? why)
    {
        await using var host = await ResendHost.StartAsync(TestSites.Live(consent: consent));
        (await host.SendAsync("/v1/track", ResendHost.ViewOf("anna", "m", more), more: request =>
        {
            if (header is null) return;
            request.Headers.Add("Origin", "https://shop.example");
            request.Headers.Add(header, "1");
        })).Dispose();
        var reject = Assert.Single(await host.RejectsAsync());
        Assert.Equal((why is null, why), ((bool)reject["resendable"]!, (string?)reject["why"]));
        Assert.Equal(why is null, (await SealedAsync(host)).Count == 1);
        host.Mend();
        Assert.Equal(why is null ? "1: 1 taken" : $"1: 0 taken, 1 not {why}", ResendHost.Told(await host.ResendAsync()));
    }

    [Fact]
    public async Task Original_OfNobody_OfTooMuch_IsNotKept()
    {
        await using var host = await ResendHost.StartAsync();
        var much = new string('x', 2_000);
        (await host.SendAsync("/v1/events", "{{{")).Dispose();
        (await host.SendAsync("/v1/events", """{"id":"1","type":"product_viewed","product":{"id":"p"}}""")).Dispose();
        (await host.SendAsync("/v1/events", $$$"""{"visitor":"anna","id":"1","type":"custom","name":"x","properties":{"a":"{{{new string('x', Limits.EventBytesMax)}}}"}}""")).Dispose();
        Assert.Equal([RejectCauses.TooLarge, RejectCauses.NoVisitor, RejectCauses.NoVisitor], (await host.RejectsAsync()).Select(r => (string)r["why"]!));

        // What a request's events share comes with each of them: bounded all the same.
        (await host.SendAsync("/v1/batch", $$"""{"context":{"locale":"{{much}}"},"batch":[{{string.Join(',', Enumerable.Range(0, 1_000).Select(i => ResendHost.ViewOf("anna", $"m{i}")))}}]}""")).Dispose();
        var standings = (await host.RejectsAsync("&dialect=segment")).Select(r => (string?)r["why"]).ToList();
        Assert.Contains(RejectCauses.TooMany, standings);
        Assert.InRange((await SealedAsync(host)).Sum(r => r.Original.Length), Limits.RejectOriginalsBytesMax / 2, Limits.RejectOriginalsBytesMax + 64 * 1_024);
    }

    [Theory]
    [InlineData(FaultKind.Throws)]
    [InlineData(FaultKind.Deaf)]
    public async Task Store_Away_TheRejectIsKeptWithoutOriginal_AndTheAnswerIsTheSame(FaultKind kind)
    {
        await using var host = await ResendHost.StartAsync();
        host.Engine.Faults.Set(StorageCall.Keys, kind);
        var sending = host.SendAsync("/v1/events", """[{"id":"1","visitor":"anna","type":"heartbeat"},{"id":"2","visitor":"anna","type":"product_viewed"}]""");
        while (await Task.WhenAny(sending, Task.Delay(2)) != sending) host.Engine.Time.Advance(TimeSpan.FromMilliseconds(20));
        using var response = await sending;
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.Accepted, 1, 1), (response.StatusCode, (int)answer["accepted"]!, answer["rejected"]!.AsArray().Count));
        Assert.Equal(1, host.Engine.Faults.Met(StorageCall.Keys));

        // Who looks while it is away sees the reject, and not how it stands.
        host.Engine.Faults.Mend();
        await host.RejectedAsync("anna");
        host.Engine.Faults.Set(StorageCall.Keys, FaultKind.Throws);
        Assert.All(await host.RejectsAsync(), reject => Assert.Null(reject["resendable"]));
        Assert.Equal("unavailable", (string)(await host.ResendAsync(expected: HttpStatusCode.ServiceUnavailable))["code"]!);
        host.Engine.Faults.Mend();
        Assert.Equal([null, RejectCauses.NoKey], (await host.RejectsAsync()).Select(r => (string?)r["why"]));
    }

    [Theory]
    [InlineData(FaultKind.Unavailable)]
    [InlineData(FaultKind.DoneButUnavailable)]
    public async Task Log_AwayWhileSending_IsSentLater_UnderTheSameId(FaultKind kind)
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        host.Mend();
        host.Engine.Faults.Set(StorageCall.Append, kind);
        var sending = host.ResendAsync(expected: HttpStatusCode.ServiceUnavailable);
        while (await Task.WhenAny(sending, Task.Delay(2)) != sending) host.Engine.Time.Advance(TimeSpan.FromMilliseconds(20));
        await sending;
        host.Engine.Faults.Mend();
        await host.Engine.RecoveredAsync();
        Assert.Equal("1: 0 taken, 1 under way", ResendHost.Told(await host.ResendAsync()));
        host.Engine.Time.Advance(Limits.ResendHoldMax);
        Assert.Equal("1: 1 taken", ResendHost.Told(await host.ResendAsync()));
        Assert.Single((await host.EventsAsync("anna")).Select(e => (string)e["id"]!).Distinct());
        Assert.Equal("1: 0 taken, 1 before", ResendHost.Told(await host.ResendAsync()));
    }

    [Theory]
    [InlineData("", "malformed_json")]
    [InlineData("null", "malformed_json")]
    [InlineData("[]", "malformed_json")]
    [InlineData("{\"limit\":0}", "invalid_field")]
    [InlineData("{\"limit\":501}", "invalid_field")]
    [InlineData("{\"limit\":\"many\"}", "invalid_field")]
    [InlineData("{\"after\":\"-1\"}", "invalid_field")]
    [InlineData("{\"after\":\"99999999999999999999\"}", "invalid_field")]
    [InlineData("{\"since\":\"yesterday\"}", "invalid_field")]
    [InlineData("{\"until\":\"2026-02-30T00:00:00Z\"}", "invalid_field")]
    [InlineData("{\"code\":{}}", "invalid_field")]
    [InlineData("{\"dryrun\":true}", "invalid_field")]
    [InlineData("{\"dry_run\":true}", "invalid_field")]
    public async Task Resend_WrongQuestion_IsAProblem_AndSendsNothing(string body, string code)
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        host.Mend();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/rejects/resend") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", TestSites.ApiKey("demo"));
        using var response = await host.Engine.Http.SendAsync(request);
        Assert.Equal((HttpStatusCode.BadRequest, code), (response.StatusCode, (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["code"]!));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await host.EventsAsync("anna"));
    }

    [Fact]
    public async Task Resend_WithoutTheApiKey_OrOfAnotherSite_SendsNothing()
    {
        await using var host = await ResendHost.StartAsync(TestSites.Live(), TestSites.Live("other"));
        await host.RejectedAsync("anna");
        host.Mend();
        foreach (var (key, status) in new[] { (null, 401), ("nobody's", 401), (TestSites.WriteKey("demo"), 403), (TestSites.AgentToken("demo"), 403), (TestSites.ApiKey("other"), 200) })
        {
            using var response = await host.Engine.CallAsync(HttpMethod.Post, "/v1/rejects/resend", key, new { });
            Assert.Equal(status, (int)response.StatusCode);
        }
        using var large = await host.Engine.CallAsync(HttpMethod.Post, "/v1/rejects/resend", TestSites.ApiKey("demo"), new { code = new string('x', 20_000) });
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Empty(await host.EventsAsync("anna"));
        Assert.True((bool)Assert.Single(await host.RejectsAsync())["resendable"]!);
    }

    [Fact]
    public async Task Resend_ByASiteThatIsOff_OrTakesTheTypeNoMore_IsRefused()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        host.Mend();
        host.Engine.Sites.Swap(new SiteCatalog([TestSites.Live(mode: SiteMode.Off)], 2));
        Assert.Equal("1: 0 taken, 1 refused site_off", ResendHost.Told(await host.ResendAsync()));
        host.Engine.Sites.Swap(new SiteCatalog([TestSites.Live(consent: ConsentRule.Required)], 3));
        Assert.Equal("1: 0 taken, 1 refused no_consent", ResendHost.Told(await host.ResendAsync()));
        Assert.Empty(await host.EventsAsync("anna"));
    }

    [Fact]
    public async Task Resend_WhatWasChangedInTheLog_OpensNot()
    {
        await using var host = await ResendHost.StartAsync();
        await host.RejectedAsync("anna");
        var reject = Assert.Single(await host.Engine.ReadAllAsync(Topics.Rejects));
        foreach (var (name, value) in new[] { ("visitor", host.Engine.KeyOf("bob").ToString()), ("id", "0123456789abcdef01234567"), ("original", "AQIDBAUG"), ("original", "no base64") })
        {
            var forged = reject.DeepClone();
            forged[name] = value;
            Assert.True((await host.Engine.Log.AppendAsync(Topics.Rejects, [new LogAppend("demo"u8.ToArray(), Encoding.UTF8.GetBytes(forged.ToJsonString()))], default)).IsDurable);
        }
        foreach (var hostile in new[] { "null", "[]", "{}", "not JSON", """{"site":"demo"}""" })
            Assert.True((await host.Engine.Log.AppendAsync(Topics.Rejects, [new LogAppend("demo"u8.ToArray(), Encoding.UTF8.GetBytes(hostile))], default)).IsDurable);
        host.Mend();
        Assert.Equal("3: 1 taken, 2 not key_gone", ResendHost.Told(await host.ResendAsync()));
    }

    /// <summary>Four searches of the help centre that find nothing, none of them understood.</summary>
    private static async Task FlounderedAsync(ResendHost host, string visitor)
    {
        foreach (var (query, i) in new[] { "return label", "print return label", "return label printer", "where is the return label" }.Select((q, i) => (q, i)))
        {
            host.Engine.Time.Advance(TimeSpan.FromSeconds(8));
            await host.SearchRejectedAsync(visitor, $"s{i}", query);
        }
    }

    private static async Task RejectByAnEarlierVersionAsync(ResendHost host, string visitor, string json)
    {
        var (key, id) = (host.Engine.KeyOf(visitor), "0123456789abcdef01234567");
        var seal = Assert.Single(await host.Engine.Store.KeepRejectKeysAsync("demo", [key], default));
        var original = Engagement.Collector.Rejects.SentOriginal.OfOwnForm(Encoding.UTF8.GetBytes(json), PrivacySignals.None).ToBytes();
        var box = Convert.ToBase64String(RejectSeal.Seal(seal, Convert.FromHexString(id), RejectRecord.PlaceOf("demo", key, id), original));
        var record = $$"""{"v":1,"site":"demo","receivedAt":"{{host.Engine.Now}}","code":"invalid_field","field":"type","index":0,"bytes":9,"visitor":"{{key}}","id":"{{id}}","original":"{{box}}"}""";
        Assert.True((await host.Engine.Log.AppendAsync(Topics.Rejects, [new LogAppend("demo"u8.ToArray(), Encoding.UTF8.GetBytes(record))], default)).IsDurable);
    }

    private static async Task<List<RejectRecord>> SealedAsync(ResendHost host) =>
        [.. (await host.Engine.ReadAllAsync(Topics.Rejects)).Select(r => RejectRecord.Read(Encoding.UTF8.GetBytes(r.ToJsonString()), withOriginal: true)!).Where(r => r.HasOriginal)];

    private static Task<JsonNode> ExportAsync(ResendHost host) => host.Engine.GetAsync("/v1/visitors/anna/export", TestSites.ApiKey("demo"));

    private static async Task EraseAsync(ResendHost host, string visitor)
    {
        using var erased = await host.Engine.CallAsync(HttpMethod.Delete, $"/v1/visitors/{visitor}", TestSites.ApiKey("demo"));
        Assert.True(erased.IsSuccessStatusCode);
        await host.Engine.DecidedAsync();
    }
}
