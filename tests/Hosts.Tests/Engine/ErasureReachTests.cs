using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Contracts;
using Hosts.Tests.Delivery;

namespace Hosts.Tests.Engine;

/// <summary>A visitor with events, decisions, an accepted offer and its card asks what is held of her, and then to be forgotten: every store is looked through.</summary>
public sealed class ErasureReachTests : IDisposable
{
    private const string Visitor = "visitor-who-asks";
    private const string Other = "visitor-who-stays";
    private const string Words = "zebra striped return label";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Export_ThenErasure_ReachEveryStore()
    {
        var file = _folder.File("storage.db");
        var time = new ManualTimeProvider();
        string key;
        byte[] seal;
        await using (var engine = await RunningEngine.StartAsync(file, time, TestSites.Live()))
        {
            key = engine.KeyOf(Visitor).ToString();
            await engine.SearchAsync(Other, "opening hours");
            await OfferedAsync(engine);
            await engine.Log.AppendAsync(Topics.Rejects, [new LogAppend("demo"u8.ToArray(), """{"v":1,"site":"demo","code":"missing_type","payload":"[visitor]"}"""u8.ToArray())], default);
            seal = Assert.Single(await engine.Store.KeepRejectKeysAsync("demo", [engine.KeyOf(Visitor)], default));
            var reject = $$"""{"v":1,"site":"demo","receivedAt":"{{engine.Now}}","code":"missing_type","visitor":"{{key}}","payload":"{{Words}}","id":"00ff","original":"AQID"}""";
            await engine.Log.AppendAsync(Topics.Rejects, [new LogAppend("demo"u8.ToArray(), Encoding.UTF8.GetBytes(reject))], default);

            var export = await engine.GetAsync($"/v1/visitors/{Visitor}/export", TestSites.ApiKey("demo"));
            Assert.True((bool)export["isWhole"]!);
            Assert.Contains(Words, export["events"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.NotEmpty(export["decisions"]!.AsArray());
            Assert.Contains(Words, Assert.Single(export["rejects"]!.AsArray())!.ToJsonString(), StringComparison.Ordinal);
            Assert.Single(export["assessments"]!.AsArray());
            Assert.Contains(Words, Assert.Single(export["offers"]!.AsArray())!["card"]!.ToJsonString(), StringComparison.Ordinal);
            Assert.DoesNotContain("opening hours", export.ToJsonString(), StringComparison.Ordinal);
            Assert.Contains(Words, EmbeddedDump.Of(file), StringComparison.Ordinal);
            using var forbidden = await engine.CallAsync(HttpMethod.Get, $"/v1/visitors/{Visitor}/export", TestSites.WriteKey("demo"));
            Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);

            time.Advance(TimeSpan.FromSeconds(1));
            using var erased = await engine.CallAsync(HttpMethod.Delete, $"/v1/visitors/{Visitor}", TestSites.ApiKey("demo"));
            Assert.True(erased.IsSuccessStatusCode);
            var lastByte = DateTimeOffset.Parse((string)JsonNode.Parse(await erased.Content.ReadAsStringAsync())!["lastByteExpiresAt"]!, System.Globalization.CultureInfo.InvariantCulture);
            await engine.DecidedAsync();

            await AssertForgottenAsync(engine, file, key);
            // Hidden, not gone: what the answer's date is about.
            Assert.Contains("zebra", EmbeddedDump.Of(file, withLog: true), StringComparison.Ordinal);
            await TrimAsync(engine, time, lastByte);
            Assert.DoesNotContain(Words, EmbeddedDump.Of(file, withLog: true), StringComparison.Ordinal);
            Assert.DoesNotContain(key, EmbeddedDump.Of(file, withLog: true), StringComparison.Ordinal);
        }
        // Her own id was never written: not even what SQLite has freed holds it.
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(file)!))
        {
            Assert.True(File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Visitor)) < 0, path);
            Assert.True(File.ReadAllBytes(path).AsSpan().IndexOf(seal) < 0, path);
        }
    }

    private static async Task OfferedAsync(RunningEngine engine)
    {
        await engine.AgentAsync();
        await engine.SendAsync(Visitor, "page_viewed", new { page = new { url = "https://help.example/", title = "Help", language = "en" } });
        foreach (var query in new[] { Words, "print " + Words, Words + " printer", "where is the " + Words }) await engine.SearchAsync(Visitor, query);
        await RunningEngine.UntilAsync(async () => await engine.OfferOfAsync(Visitor) is not null);
        var offer = (await engine.OfferOfAsync(Visitor))!.Offer;
        using var accepted = await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf(Visitor), new { answer = "accepted" });
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        await engine.DecidedAsync();
    }

    /// <summary>At once: whoever reads finds nothing, and nothing but the log's own chunks, which expire, holds a word of hers.</summary>
    private static async Task AssertForgottenAsync(RunningEngine engine, string file, string key)
    {
        var export = await engine.GetAsync($"/v1/visitors/{Visitor}/export", TestSites.ApiKey("demo"));
        foreach (var list in new[] { "events", "decisions", "rejects", "assessments", "offers" }) Assert.Empty(export[list]!.AsArray());
        Assert.Empty((await engine.GetAsync($"/v1/events?visitor={Visitor}", TestSites.ApiKey("demo")))["events"]!.AsArray());
        Assert.DoesNotContain("zebra", (await engine.ShouldEngageAsync(Visitor)).ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(await engine.Store.GetCardsAsync("demo", default));
        var held = EmbeddedDump.Of(file);
        Assert.DoesNotContain("zebra", held, StringComparison.Ordinal);
        Assert.DoesNotContain(key, held, StringComparison.Ordinal);
    }

    /// <summary>As the sweep does it every hour, on the day that the answer named and the day after.</summary>
    private static async Task TrimAsync(RunningEngine engine, ManualTimeProvider time, DateTimeOffset lastByte)
    {
        time.Advance(lastByte - time.GetUtcNow() + TimeSpan.FromDays(2));
        // A chunk expires as a whole: another's later record begins the next one.
        foreach (var topic in new[] { Topics.Events, Topics.Decisions, Topics.Rejects, Topics.Erasures, Topics.Outcomes })
            await engine.Log.TrimAsync(topic, engine.Now - TimeSpan.FromHours(1), default);
    }
}
