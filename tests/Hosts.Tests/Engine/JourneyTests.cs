using System.Net;
using Engagement.Core.Decisions;

namespace Hosts.Tests.Engine;

/// <summary>What visitors live through, from their events to an agent's hands.</summary>
public sealed class JourneyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    public void Dispose() => _folder.Dispose();

    private Task<RunningEngine> StartAsync() => RunningEngine.StartAsync(_folder.File("engagement.db"));

    [Fact]
    public async Task FourSimilarFruitlessSearches_AgentFree_OneInvitationAndOneCard()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        await engine.SearchAsync("v1", "label for returns");

        var answer = await engine.ShouldEngageAsync("v1");
        Assert.Equal("floundering", (string?)answer["state"]);
        Assert.True((bool)answer["engage"]!);
        Assert.Equal("invitation", (string?)answer["invitation"]!["kind"]);
        var cards = await engine.GetAsync("/v1/agents/cards", TestSites.AgentToken("demo"));
        Assert.Single(cards["cards"]!.AsArray());
        Assert.Equal(1, await engine.CountAsync("invitation_offered"));
    }

    [Fact]
    public async Task FourSimilarFruitlessSearches_NobodyFree_SilenceWithItsBlocker()
    {
        await using var engine = await StartAsync();
        await engine.FlounderAsync("v1");

        var answer = await engine.ShouldEngageAsync("v1");
        Assert.False((bool)answer["engage"]!);
        Assert.Equal(["nobody_free"], answer["blockers"]!.AsArray().Select(b => (string?)b!["code"]));
        Assert.Equal(0, await engine.CountAsync("invitation_offered"));
        Assert.Equal(1, (long)(await engine.StatsAsync())["visitors"]!["nobodyFree"]!);
    }

    [Fact]
    public async Task AgentBecomesAvailable_WhileSomebodyWaits_InvitesAtOnce()
    {
        await using var engine = await StartAsync();
        await engine.FlounderAsync("v1");
        Assert.Null(await engine.OfferOfAsync("v1"));

        await engine.AgentAsync();
        await RunningEngine.UntilAsync(async () => await engine.OfferOfAsync("v1") is not null);
        Assert.Equal(OfferStatus.Open, (await engine.OfferOfAsync("v1"))!.Status);
    }

    [Fact]
    public async Task AgentBecomesAvailable_AfterTheVisitorLeft_InvitesNobody()
    {
        await using var engine = await StartAsync();
        await engine.FlounderAsync("v1");
        await engine.PassAsync(TimeSpan.FromSeconds(20));

        await engine.AgentAsync();
        await engine.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Null(await engine.OfferOfAsync("v1"));
    }

    [Fact]
    public async Task Decline_EndsInvitationsForTheSession()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer;
        using var declined = await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "declined" });
        Assert.Equal(HttpStatusCode.OK, declined.StatusCode);
        await engine.DecidedAsync();

        // Another tab, more trouble: the same session.
        for (var i = 0; i < 5; i++) await engine.SearchAsync("v1", $"return label {i}");
        var answer = await engine.ShouldEngageAsync("v1");
        Assert.False((bool)answer["engage"]!);
        Assert.Contains("declined", answer["blockers"]!.AsArray().Select(b => (string?)b!["code"]));
        Assert.Equal(1, await engine.CountAsync("invitation_offered"));
    }

    [Fact]
    public async Task IdleReaderOfOneLongArticle_IsLeftAlone()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.SendAsync("v1", "article_viewed", new { article = new { id = "a1", title = "How returns work" } });
        for (var i = 0; i < 20; i++) await engine.SendAsync("v1", "heartbeat", afterSeconds: 10);
        Assert.Equal(0, await engine.CountAsync("invitation_offered"));
        var answer = await engine.ShouldEngageAsync("v1");
        Assert.False((bool)answer["engage"]!);
        Assert.Contains((string?)answer["state"], new[] { "progressing", "exploring", "unknown" });
    }

    [Fact]
    public async Task SmoothBuyer_IsLeftAlone()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.SendAsync("v1", "product_viewed", new { product = new { id = "p1", name = "Lamp", price = 40 } }, afterSeconds: 5);
        await engine.SendAsync("v1", "product_added", new { product = new { id = "p1", name = "Lamp", price = 40 } }, afterSeconds: 15);
        await engine.SendAsync("v1", "cart_viewed", new { cart = new { items = 1, value = 40 } }, afterSeconds: 4);
        await engine.SendAsync("v1", "checkout_started", afterSeconds: 4);
        await engine.SendAsync("v1", "checkout_step_completed", afterSeconds: 12);
        await engine.SendAsync("v1", "order_completed", afterSeconds: 12);
        await engine.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, await engine.CountAsync("invitation_offered"));
        Assert.Equal("progressing", (string?)(await engine.ShouldEngageAsync("v1"))["state"]);
    }

    [Fact]
    public async Task UnseenInvitation_Lapses_AndOneMoreMayFollow()
    {
        await using var engine = await StartAsync();
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        Assert.NotNull(await engine.OfferOfAsync("v1"));
        await engine.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Null(await engine.OfferOfAsync("v1"));

        await engine.SearchAsync("v1", "return label again");
        Assert.Equal(2, (await engine.OfferOfAsync("v1"))!.Offer.Ordinal);
        Assert.Equal(2, await engine.CountAsync("invitation_offered"));
    }
}
