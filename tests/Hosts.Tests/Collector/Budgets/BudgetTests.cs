using System.Net;
using Engagement.Collector;
using Engagement.Collector.Budgets;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Hosts.Tests.Collector.Budgets;

/// <summary>What one address and one visitor may send, beside what one key may.</summary>
public sealed class BudgetTests
{
    private const string Loopback = "127.0.0.0/8";
    private static readonly CollectorOptions s_few = new() { AddressRequestsBurstMax = 3, AddressRequestsPerSecondMax = 1 };

    [Fact]
    public async Task Post_OfAnAddressOverItsBudget_Is429ThatNamesTheLimit()
    {
        await using var host = await CollectorHost.StartAsync(options: s_few, proxies: Loopback);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, "203.0.113.7"));
        using var response = await host.SendAsync(Event("x"), more: r => From(r, "203.0.113.7"));
        Assert.Equal((HttpStatusCode.TooManyRequests, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        var problem = await CollectorHost.JsonOf(response);
        Assert.Equal(("address_too_many_requests", "1 requests a second of one address, 3 at once"), ((string)problem["code"]!, (string)problem["allowed"]!));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, "203.0.113.8"));
    }

    [Fact]
    public async Task Post_AddressesOfOneIPv6Network_ShareABudget()
    {
        await using var host = await CollectorHost.StartAsync(options: s_few, proxies: Loopback);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, $"2001:db8:0:1::{i}"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(host, "2001:db8:0:1:ffff::9"));
        Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, "2001:db8:0:2::1"));
    }

    [Fact]
    public async Task Post_ForwardedByNobodyWhoIsTrusted_IsNotBelieved()
    {
        await using var host = await CollectorHost.StartAsync(options: s_few, proxies: "198.51.100.1");
        // This machine itself, which is not bound: a header that was believed would be.
        for (var i = 0; i < 6; i++) Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, "203.0.113.7"));
    }

    /// <summary>Whoever writes the header herself stands left of what the proxy adds.</summary>
    [Fact]
    public async Task Post_ForgedForwardedAddress_IsNotTakenForTheSenders()
    {
        await using var host = await CollectorHost.StartAsync(options: s_few, proxies: Loopback);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, $"10.9.8.{i}, 203.0.113.7"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(host, "10.9.8.99, 203.0.113.7"));
    }

    [Fact]
    public async Task Post_UnderAServersKey_HasNoBudgetByAddress()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(sender: KeySender.Server)], s_few, proxies: Loopback);
        for (var i = 0; i < 10; i++) Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, "203.0.113.7"));
    }

    [Fact]
    public async Task Post_DialectAndSessions_ShareTheAddressesBudget()
    {
        await using var host = await CollectorHost.StartAsync(options: s_few, proxies: Loopback);
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.Accepted, await StatusAsync(host, "203.0.113.7"));
        using var session = new HttpRequestMessage(HttpMethod.Post, $"/v1/sessions?key={CollectorHost.WriteKey}");
        session.Headers.TryAddWithoutValidation("Origin", CollectorHost.Origin);
        From(session, "203.0.113.7");
        using var minted = await host.Http.SendAsync(session);
        Assert.Equal(HttpStatusCode.TooManyRequests, minted.StatusCode);
        using var pixel = new HttpRequestMessage(HttpMethod.Post, $"/v1/track?key={CollectorHost.WriteKey}") { Content = new StringContent("""{"anonymousId":"a","event":"x"}""") };
        From(pixel, "203.0.113.7");
        using var tracked = await host.Http.SendAsync(pixel);
        Assert.Equal(HttpStatusCode.TooManyRequests, tracked.StatusCode);
    }

    [Fact]
    public async Task Post_OfAVisitorOverHerBudget_KeepsNothingAndAsksForAllAgain()
    {
        await using var host = await CollectorHost.StartAsync(options: new() { VisitorEventsPerSecondMax = 1 });
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Accepted, await BeatAsync(host, "anna", 2_499, i));
        using var response = await host.SendAsync(Beats("anna", 20, 2), "application/x-ndjson");
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("visitor_too_many_requests", (string)(await CollectorHost.JsonOf(response))["code"]!);
        Assert.Equal(4_998, (await host.ReadAsync(Topics.Events)).Count);
        Assert.Equal(HttpStatusCode.Accepted, await BeatAsync(host, "bob", 1, 3));
        Assert.Equal((5_019, 4_999, 20), (host.Count("received"), host.Count("accepted"), host.Count("deferred")));
    }

    [Fact]
    public async Task Post_OfAServerWithOneVisitorWhoFloods_TakesTheOthers()
    {
        await using var host = await CollectorHost.StartAsync([CollectorHost.Shop(sender: KeySender.Server)], new() { VisitorEventsPerSecondMax = 1 });
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.Accepted, await BeatAsync(host, "flood", 2_499, i));
        using var response = await host.SendAsync($"{Beats("flood", 20, 2)}\n{Beats("anna", 3, 2)}\n{Beats("flood", 5, 3)}", "application/x-ndjson");
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.InRange((int)(await CollectorHost.JsonOf(response))["accepted"]!, 5, 8); // anna's three, and what the flood had left
        Assert.Equal(3, (await host.ReadAsync(Topics.Events)).Count(r => ((string)r.Value["id"]!).StartsWith("anna", StringComparison.Ordinal)));
        Assert.Equal(host.Count("received"), host.Count("accepted") + host.Count("refused"));
    }

    [Fact]
    public void TryTake_MoreThanAreRemembered_LetsNewOnesPassAndForgetsWhoIsFullAgain()
    {
        var table = new BudgetTable(perSecond: 1, burst: 2, countMax: 160);
        var now = new Instant(0);
        for (UInt128 i = 0; i < 1_000; i++) Assert.True(table.TryTake(i, 2, now, out _));
        Assert.False(table.TryTake(3, 1, now, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
        Assert.True(table.TryTake(999, 2, now, out _));
        var later = new Instant(10_000);
        Assert.True(table.TryTake(999, 2, later, out _));
        Assert.False(table.TryTake(999, 2, later, out _));
    }

    [Theory]
    [InlineData("10.0.0.0/8, 192.0.2.1,2001:db8::/32", null)]
    [InlineData("", null)]
    [InlineData("10.0.0.0/8,proxy", "proxy")]
    [InlineData("10.0.0.1/99", "10.0.0.1/99")]
    public void TryParse_TrustedProxies_NamesWhatIsNone(string list, string? fault)
    {
        Assert.Equal(fault is null, TrustedProxies.TryParse(list, out _, out var named));
        Assert.Equal(fault, named);
    }

    private static string Event(string id) => $$"""{"id":"{{id}}","visitor":"anna","type":"heartbeat"}""";

    private static string Beats(string visitor, int count, int round) =>
        string.Join('\n', Enumerable.Range(0, count).Select(i => $$"""{"id":"{{visitor}}-{{round}}-{{i}}","visitor":"{{visitor}}","type":"heartbeat"}"""));

    private static async Task<HttpStatusCode> BeatAsync(CollectorHost host, string visitor, int count, int round)
    {
        using var response = await host.SendAsync(Beats(visitor, count, round), "application/x-ndjson");
        return response.StatusCode;
    }

    private static async Task<HttpStatusCode> StatusAsync(CollectorHost host, string address)
    {
        using var response = await host.SendAsync(Event(Guid.NewGuid().ToString("n")), more: r => From(r, address));
        return response.StatusCode;
    }

    private static void From(HttpRequestMessage request, string address) => request.Headers.TryAddWithoutValidation("X-Forwarded-For", address);
}
