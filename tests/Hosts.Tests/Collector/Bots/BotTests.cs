using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engagement.Collector;
using Engagement.Collector.Bots;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Hosts.Tests.Collector.Bots;

/// <summary>Who is no visitor: by name, by what a sender says, by pace.</summary>
public sealed class BotTests(ITestOutputHelper output)
{
    private const string Googlebot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    private const string Event = """{"id":"e1","visitor":"anna","type":"page_viewed","page":{"url":"https://shop.example/a"}}""";

    private static readonly string[] s_browsers =
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 OPR/122.0.0.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/143.0 Mobile/15E148 Safari/605.1.15",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36", // a phone's maker
    ];

    [Fact]
    public void KnownBots_HoldTheListsOwnExamples_AndNoBrowser()
    {
        var bots = KnownBots.Load();
        Assert.InRange(bots.Count, 1_000, int.MaxValue);
        var examples = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Repository.PathOf("collectors", "browser", "dist", "known-bots-examples.json")))!;
        Assert.InRange(examples.Length, 1_500, int.MaxValue);
        Assert.Equal([], examples.Where(e => !bots.Holds(e)).ToArray());
        Assert.Equal([], s_browsers.Where(b => bots.Holds(b)).ToArray());

        var policy = new BotPolicy(bots, new CollectorOptions(), NullLogger<BotPolicy>.Instance);
        var began = Stopwatch.GetTimestamp();
        foreach (var example in examples) bots.Holds(example);
        var each = Stopwatch.GetElapsedTime(began) / examples.Length;
        foreach (var browser in s_browsers) policy.IsBot(browser);
        began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 100_000; i++) policy.IsBot(s_browsers[i % s_browsers.Length]);
        var seen = Stopwatch.GetElapsedTime(began) / 100_000;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"list {bots.Version}, {bots.Count} patterns, {examples.Length} examples: {each.TotalMicroseconds:F1} us for one looked up, {seen.TotalMicroseconds:F2} us for one seen before"));
        Assert.InRange(seen, TimeSpan.Zero, TimeSpan.FromMicroseconds(20));
    }

    [Fact]
    public void KnownBots_Seen_IsRememberedAndBounded()
    {
        var policy = new BotPolicy(new KnownBots("test", ["Bad\\/Bot", "^curl"]), new CollectorOptions(), NullLogger<BotPolicy>.Instance);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < Limits.UserAgentsMax + 10; i++) Assert.Equal(i % 2 == 0, policy.IsBot(i % 2 == 0 ? $"Bad/Bot {i}" : $"Browser {i}"));
        }
        Assert.True(policy.IsBot("curl/8.5.0"));
        Assert.False(policy.IsBot("not curl"));
        Assert.False(policy.IsBot(""));
    }

    [Fact]
    public async Task Post_OfAKnownBotsPage_IsCountedAndNothingOfItIsKept()
    {
        await using var host = await CollectorHost.StartAsync(options: new());
        using var response = await host.SendAsync(Event, more: r => Says(r, Googlebot, CollectorHost.Origin));
        Assert.Equal("""{"accepted":0,"refused":1,"rejected":[]}""", (await CollectorHost.JsonOf(response)).ToJsonString());
        Assert.Empty(await host.ReadAsync(Topics.Events));
        Assert.Equal(1, host.Door()["known_bot"]);
        Assert.Equal((1, 1), (host.Count("received"), host.Count("refused")));
    }

    /// <summary>A library's user agent is a server's own, which sends for visitors.</summary>
    [Fact]
    public async Task Post_OfAServer_IsNotJudgedByItsUserAgent()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop()], new());
        using var plain = await host.SendAsync(Event, more: r => Says(r, "python-requests/2.32", null));
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(plain))["accepted"]!);

        await using var server = await CollectorHost.StartAsync([CollectorHost.Shop(sender: KeySender.Server)], new());
        using var named = await server.SendAsync(Event, more: r => Says(r, Googlebot, CollectorHost.Origin));
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(named))["accepted"]!);
    }

    [Fact]
    public async Task Post_UserAgentAsAMember_IsNotStored()
    {
        await using var host = await CollectorHost.StartAsync(options: new());
        using var response = await host.SendAsync($$"""[{"id":"e1","visitor":"anna","type":"heartbeat","userAgent":"{{s_browsers[0]}}"},{"id":"e2","user_agent":"{{s_browsers[0]}}"}]""",
            more: r => Says(r, s_browsers[0], CollectorHost.Origin));
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(response))["accepted"]!);
        var kept = (await host.ReadAsync(Topics.Events)).Concat(await host.ReadAsync(Topics.Rejects)).Select(r => r.Value.ToJsonString()).ToList();
        Assert.Equal(2, kept.Count);
        Assert.All(kept, k => Assert.DoesNotContain("AppleWebKit", k, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Post_SenderSaysBot_IsCountedAndNotKept()
    {
        await using var host = await CollectorHost.StartAsync(options: new());
        using var response = await host.SendAsync("""{"id":"e1","visitor":"anna","type":"heartbeat","privacy":{"bot":true}}""");
        Assert.Equal(1, (int)(await CollectorHost.JsonOf(response))["refused"]!);
        Assert.Equal(1, host.Door()["known_bot"]);
    }

    [Fact]
    public async Task Post_FasterThanAnybodyCan_IsMarkedOnceAndThenSetApart()
    {
        await using var host = await CollectorHost.StartAsync(options: new());
        using var response = await host.SendAsync(Pages(Limits.HumanPageViewsMax + 50, "robot", secondsApart: 0.0001));
        Assert.Equal((Limits.HumanPageViewsMax + 1, 49), await CountsAsync(response));
        using var later = await host.SendAsync(Event.Replace("anna", "robot", StringComparison.Ordinal));
        Assert.Equal((0, 1), await CountsAsync(later));
        using var other = await host.SendAsync(Event);
        Assert.Equal((1, 0), await CountsAsync(other));
        Assert.Equal(50, host.Door()["not_human"]);
        Assert.Single(await host.ReadAsync(Topics.Events), r => (bool?)r.Value["privacy"]?["bot"] == true);
    }

    /// <summary>A phone that was offline sends its hour at once; each of its events says when it was.</summary>
    [Fact]
    public async Task Post_QueueOfAnHour_IsAHumans()
    {
        await using var host = await CollectorHost.StartAsync(options: new());
        using var response = await host.SendAsync(Pages(600, "anna", secondsApart: 5));
        Assert.Equal((600, 0), await CountsAsync(response));
    }

    private static string Pages(int count, string visitor, double secondsApart)
    {
        var begin = DateTimeOffset.UtcNow.AddMinutes(-55);
        return new JsonArray([.. Enumerable.Range(0, count).Select(i => new JsonObject
        {
            ["id"] = $"p{i}", ["visitor"] = visitor, ["type"] = "page_viewed", ["page"] = new JsonObject { ["url"] = $"https://shop.example/{i}" },
            ["occurredAt"] = begin.AddSeconds(i * secondsApart).ToString("O", CultureInfo.InvariantCulture),
        })]).ToJsonString();
    }

    private static async Task<(int Accepted, int Refused)> CountsAsync(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var answer = await CollectorHost.JsonOf(response);
        return ((int)answer["accepted"]!, (int)answer["refused"]!);
    }

    private static void Says(HttpRequestMessage request, string userAgent, string? origin)
    {
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
    }
}
