using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Desks;
using Engagement.Desks.Delivery;
using Engagement.Desks.Webhooks;
using Engagement.Engine.Stream;
using Engagement.Testing;
using Hosts.Tests.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Hosts.Tests.Desks;

/// <summary>Notices from the log to receivers: at least once, in order, nobody held up by another, and nothing of whoever was forgotten.</summary>
public sealed class NoticeDeliveryTests : IDisposable
{
    private static readonly SiteSecret Secret = new(Encoding.ASCII.GetBytes("0123456789abcdef01234567"));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static SiteWebhook To(ReceivingServer server, params NoticeType[] types) => new(new Uri(server.Url, "/in"), [Secret], [.. types]);

    private Task<RunningEngine> StartAsync(bool workers, SiteWebhook[] webhooks, DeskOptions? options = null, SiteDesk? desk = null) => RunningEngine.StartWithAsync(
        _folder.File("engagement.db"), null, workers, services => services.AddDesks((options ?? new DeskOptions()) with { AllowPrivateAddresses = true }),
        TestSites.Live(webhooks: webhooks, desk: desk));

    private static async Task AppendAsync(RunningEngine engine, params (string Visitor, int Ordinal)[] notices)
    {
        foreach (var (visitor, ordinal) in notices)
        {
            var notice = new Notice
            {
                Id = $"{visitor}-{ordinal}", Type = NoticeType.InvitationShown, Site = "demo", Offer = new OfferId(new SessionId(1, 2), ordinal).ToString(), At = engine.Now,
            };
            Assert.True((await engine.Log.AppendAsync(Topics.Notices, [Notice.ToRecord(notice, engine.KeyOf(visitor))], default)).IsDurable);
        }
    }

    /// <summary>Waits while time passes, so that tries come round.</summary>
    private static async Task UntilAsync(RunningEngine engine, Func<bool> holds)
    {
        for (var patience = 600; !holds(); patience--)
        {
            Assert.True(patience > 0, "Did not come about in 600 s of the engine's time.");
            engine.Time.Advance(TimeSpan.FromSeconds(1));
            // Much slower than time passes here: a call under way must not run into its 10 s because of it.
            await Task.Delay(60);
        }
    }

    private static ReceiverStatus StatusOf(RunningEngine engine, ReceivingServer server) =>
        engine.Services.GetRequiredService<NoticeState>().All.Single(r => r.Name.Contains(server.Url.Host, StringComparison.Ordinal));

    [Fact]
    public async Task Conversation_FromOfferToEnd_IsToldInOrderSignedAndWithoutHerIds()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: true, [To(server)]);
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        var explanation = await engine.GetAsync("/v1/visitors/v1/explanation", engine.TokenOf("v1"));
        var struck = (string)explanation["items"]!.AsArray().First(i => (string?)i!["text"] == "where is the return label")!["id"]!;
        (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/shown", engine.TokenOf("v1"))).EnsureSuccessStatusCode();
        (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "accepted", strike = new[] { struck } })).EnsureSuccessStatusCode();
        foreach (var step in new[] { "claim", "end" })
            (await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{offer}/{step}", TestSites.AgentToken("demo"), new { agent = "anna" })).EnsureSuccessStatusCode();
        await RunningEngine.UntilAsync(() => Task.FromResult(server.Calls.Count >= 6), () => string.Join(", ", server.Ids));

        string[] steps = ["offered", "shown", "accepted", "card", "claimed", "ended"];
        Assert.Equal(steps.Select(step => $"{offer}:{step}"), server.Ids.Select(id => string.Join(':', id.Split(':')[..2])));
        Assert.DoesNotContain(server.Ids, id => id.Contains('.', StringComparison.Ordinal));
        var bodies = server.Calls.Select(c => JsonNode.Parse(c.Body)!).ToList();
        Assert.Equal(
            ["invitation.offered", "invitation.shown", "invitation.accepted", "card.accepted", "conversation.claimed", "conversation.ended"], bodies.Select(b => (string?)b["type"]));
        Assert.Equal("anna", (string?)bodies[4]["data"]!["agent"]);
        Assert.NotNull(bodies[3]["data"]!["card"]!["suggestedOpener"]);
        Assert.All(bodies.Except([bodies[3]]), b => Assert.Null(b["data"]!["card"]));
        var everything = string.Concat(server.Calls.Select(c => c.Body));
        Assert.DoesNotContain("where is the return label", everything, StringComparison.Ordinal);
        Assert.DoesNotContain(engine.KeyOf("v1").ToString(), everything, StringComparison.Ordinal);
        foreach (var call in server.Calls)
        {
            var timestamp = long.Parse(call.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(WebhookSigner.Sign(call.Headers["webhook-id"], timestamp, Encoding.UTF8.GetBytes(call.Body), [Secret]), call.Headers["webhook-signature"]);
        }
        Assert.Contains("receivers", (await engine.StatsAsync()).ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("/in", (await engine.StatsAsync())["receivers"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offer_OfASiteThatNobodyListensTo_LeavesNoNotice()
    {
        await using var engine = await StartAsync(workers: true, []);
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        Assert.NotNull(await engine.OfferOfAsync("v1"));
        Assert.Empty(await engine.ReadAllAsync(Topics.Notices));
    }

    [Fact]
    public async Task Withdrawal_OfAnOfferWhoseAgentLeft_IsToldWithItsCause()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: true, [To(server, NoticeType.InvitationWithdrawn)]);
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        await engine.AgentAsync(status: "away");
        await RunningEngine.UntilAsync(() => Task.FromResult(!server.Calls.IsEmpty));
        Assert.Equal("agent_left", (string?)JsonNode.Parse(Assert.Single(server.Calls).Body)!["data"]!["cause"]);
    }

    [Fact]
    public async Task Retry_AfterErrors_SameIdNewSignatureAndInOrder()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: false, [To(server)]);
        server.AnswerWith(503);
        await AppendAsync(engine, ("v1", 1), ("v1", 2), ("v1", 3));
        // Each try is signed for its own second.
        await UntilAsync(engine, () => server.Calls.Count >= 3 && server.Calls.Select(c => c.Headers["webhook-timestamp"]).Distinct().Count() > 1);
        Assert.All(server.Ids, id => Assert.Equal("v1-1", id));
        Assert.Equal("127.0.0.1: answered 503", StatusOf(engine, server).Fault);
        server.AnswerWith(204);
        await UntilAsync(engine, () => StatusOf(engine, server).Waiting == 0);
        Assert.Equal(["v1-1", "v1-2", "v1-3"], server.Ids.Distinct());
        Assert.Null(StatusOf(engine, server).Fault);
    }

    [Fact]
    public async Task Receiver_ThatIsDown_HoldsUpOnlyItselfThenIsSetAsideAndCounted()
    {
        await using var down = await ReceivingServer.StartAsync();
        await using var up = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: false, [To(down), To(up) with { Url = new Uri(up.Url, "/up") }], new DeskOptions { HoldMax = TimeSpan.FromSeconds(30) });
        down.AnswerWith(500);
        await AppendAsync(engine, ("v1", 1), ("v2", 1), ("v1", 2));
        await RunningEngine.UntilAsync(() => Task.FromResult(up.Calls.Count == 3));
        Assert.Equal(["v1-1", "v1-2"], up.Ids.Where(id => id.StartsWith("v1", StringComparison.Ordinal)));

        var statuses = engine.Services.GetRequiredService<NoticeState>();
        await UntilAsync(engine, () => statuses.All.Sum(r => r.Of(NoticeOutcome.SetAside)) == 3);
        Assert.Equal(0, statuses.All.Sum(r => r.Waiting));
        down.AnswerWith(200);
        await AppendAsync(engine, ("v1", 3));
        await UntilAsync(engine, () => down.Ids.Contains("v1-3"));
        Assert.Equal(4, up.Calls.Count);
    }

    [Fact]
    public async Task Refusal_OfOneNotice_IsTriedThreeTimesAndTheNextComesThrough()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: false, [To(server)]);
        server.Answer = (call, context) =>
        {
            context.Response.StatusCode = call.Headers["webhook-id"] == "v1-1" ? 422 : 204;
            return Task.CompletedTask;
        };
        await AppendAsync(engine, ("v1", 1), ("v1", 2));
        await UntilAsync(engine, () => server.Ids.Contains("v1-2"));
        Assert.Equal(["v1-1", "v1-1", "v1-1", "v1-2"], server.Ids);
        Assert.Equal(1, StatusOf(engine, server).Of(NoticeOutcome.SetAside));
    }

    [Fact]
    public async Task Crash_BetweenDeliveryAndCommit_IsDeliveredAgainUnderTheSameId_AndAfterTheCommitNoMore()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using (var first = await StartAsync(workers: false, [To(server)]))
        {
            first.Faults.Set(StorageCall.Mirror, FaultKind.Throws);
            await AppendAsync(first, ("v1", 1), ("v1", 2));
            await RunningEngine.UntilAsync(() => Task.FromResult(server.Calls.Count == 2 && first.Faults.Met(StorageCall.Mirror) >= 2));
        }
        await using (var second = await StartAsync(workers: false, [To(server)]))
        {
            await RunningEngine.UntilAsync(() => Task.FromResult(server.Calls.Count == 4 && StatusOf(second, server).Waiting == 0));
            // A position goes to the disk with whatever is written next.
            await AppendAsync(second, ("v1", 3));
            await RunningEngine.UntilAsync(() => Task.FromResult(server.Calls.Count == 5 && StatusOf(second, server).Waiting == 0));
            await second.AppendAsync(second.Record("v9", "page_viewed"));
        }
        Assert.Equal(["v1-1", "v1-2", "v1-1", "v1-2", "v1-3"], server.Ids);
        await using var third = await StartAsync(workers: false, [To(server)]);
        await AppendAsync(third, ("v1", 4));
        await RunningEngine.UntilAsync(() => Task.FromResult(server.Ids.Contains("v1-4")));
        Assert.Equal(6, server.Calls.Count);
    }

    [Fact]
    public async Task Member_ThatGoes_LeavesItsPartitionsToTheNext_NothingMissingAndInOrderByVisitor()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: false, [To(server)]);
        using var second = ActivatorUtilities.CreateInstance<NoticeDeliveryService>(engine.Services);
        await second.StartAsync(default);
        string[] visitors = [.. Enumerable.Range(0, 24).Select(n => $"v{n}")];
        for (var ordinal = 1; ordinal <= 2; ordinal++) await AppendAsync(engine, [.. visitors.Select(v => (v, ordinal))]);
        await engine.Services.GetRequiredService<NoticeDeliveryService>().StopAsync(default);
        for (var ordinal = 3; ordinal <= 4; ordinal++) await AppendAsync(engine, [.. visitors.Select(v => (v, ordinal))]);
        await RunningEngine.UntilAsync(() => Task.FromResult(server.Ids.Distinct().Count() == 24 * 4));
        foreach (var visitor in visitors)
        {
            // What was delivered when the first went may come once more, and never before what it follows.
            var first = server.Ids.Where(id => id.StartsWith($"{visitor}-", StringComparison.Ordinal)).Distinct();
            Assert.Equal(Enumerable.Range(1, 4).Select(n => $"{visitor}-{n}"), first);
        }
        await second.StopAsync(default);
    }

    [Fact]
    public async Task Card_OfWhoWasForgottenMeanwhile_IsNotDelivered()
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var chatwoot = await ChatwootServer.StartAsync();
        await using var engine = await StartAsync(workers: true, [To(server, NoticeType.CardAccepted)], desk: DeskCases.Chatwoot(chatwoot.Url, "wrong"));
        server.AnswerWith(503);
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "accepted" })).EnsureSuccessStatusCode();
        await RunningEngine.UntilAsync(() => Task.FromResult(!server.Calls.IsEmpty && chatwoot.Calls.Any()));
        using (var erased = await engine.CallAsync(HttpMethod.Delete, "/v1/visitors/v1", TestSites.ApiKey("demo"))) Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        var before = server.Calls.Count;
        server.AnswerWith(204);
        var state = engine.Services.GetRequiredService<NoticeState>();
        await UntilAsync(engine, () => state.All.Sum(r => r.Of(NoticeOutcome.Gone)) == 2);
        Assert.Equal(before, server.Calls.Count);
        Assert.Empty(chatwoot.Messages);
    }

    [Fact]
    public async Task Card_OfAnAcceptedInvitation_LiesInTheDesk()
    {
        await using var chatwoot = await ChatwootServer.StartAsync();
        await using var engine = await StartAsync(workers: true, [], desk: DeskCases.Chatwoot(chatwoot.Url));
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        Assert.Empty(chatwoot.Messages);
        (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "accepted" })).EnsureSuccessStatusCode();
        await RunningEngine.UntilAsync(() => Task.FromResult(chatwoot.Messages.Count == 1));
        Assert.Contains("print return label", (string)chatwoot.Messages[0]["content"]!, StringComparison.Ordinal);
        Assert.Equal(offer, (string?)chatwoot.Contacts[0]["identifier"]);
    }

    /// <summary>The worker decides that an invitation has lapsed while she accepts: the store takes her word, and nobody is told otherwise, however late.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Withdrawal_ThatHerAcceptanceOvertook_IsNotTold(bool hasEnded)
    {
        await using var server = await ReceivingServer.StartAsync();
        await using var engine = await StartAsync(workers: true, [To(server, NoticeType.InvitationWithdrawn, NoticeType.ConversationUnclaimed)]);
        await engine.AgentAsync();
        await engine.FlounderAsync("v1");
        var offer = (await engine.OfferOfAsync("v1"))!.Offer.ToString();
        (await engine.CallAsync(HttpMethod.Post, $"/v1/invitations/{offer}/answer", engine.TokenOf("v1"), new { answer = "accepted" })).EnsureSuccessStatusCode();
        foreach (var step in hasEnded ? new[] { "claim", "end" } : ["claim"])
            (await engine.CallAsync(HttpMethod.Post, $"/v1/cards/{offer}/{step}", TestSites.AgentToken("demo"), new { agent = "anna" })).EnsureSuccessStatusCode();
        foreach (var type in new[] { NoticeType.InvitationWithdrawn, NoticeType.ConversationUnclaimed })
        {
            var notice = new Notice { Id = $"{offer}:{type}", Type = type, Site = "demo", Offer = offer, At = engine.Now };
            Assert.True((await engine.Log.AppendAsync(Topics.Notices, [Notice.ToRecord(notice, engine.KeyOf("v1"))], default)).IsDurable);
        }
        await RunningEngine.UntilAsync(() => Task.FromResult(!server.Calls.IsEmpty && StatusOf(engine, server).Waiting == 0));
        Assert.Equal([$"{offer}:{NoticeType.ConversationUnclaimed}"], server.Ids);
        Assert.Equal(1, StatusOf(engine, server).Of(NoticeOutcome.Gone));
    }

    [Fact]
    public void Site_ThatIsReplayed_TellsNobody() =>
        Assert.False(TestSites.Live(clock: SiteClock.Log, webhooks: [new SiteWebhook(new Uri("https://hooks.example"), [Secret], [])]).IsListenedTo);
}
