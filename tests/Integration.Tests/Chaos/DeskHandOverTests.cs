using System.Diagnostics;
using System.Globalization;
using Engagement.Core;
using Engagement.Core.Contracts;
using Xunit.Abstractions;

namespace Integration.Tests.Chaos;

/// <summary>
/// A site with a desk and a webhook of its own, visitors who say yes, no or nothing, and each engine killed, once while desk and webhook fail: every accepted
/// offer is one conversation at the desk, every notice is told in its visitor's order, and who is not there is not offered.
/// </summary>
[Collection(ChaosCollection.Name)]
public sealed class DeskHandOverTests(ITestOutputHelper output)
{
    private const int Seed = 20261203;
    private const int Pages = 12;

    /// <summary>Hand-overs before and after each thing that is done to the cluster.</summary>
    private const int Some = 5;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 6 : 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>What deploy/desks promises: nobody is offered whom nobody has seen for so long.</summary>
    private static readonly TimeSpan PresenceBound = TimeSpan.FromSeconds(60);

    /// <summary>A slot that was taken at the last moment is in the log so soon after.</summary>
    private static readonly TimeSpan UnderWay = TimeSpan.FromSeconds(2);

    private readonly List<(Instant From, Instant To)> _deserted = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private CompanyDesk _desk = null!;
    private ChaosCluster _cluster = null!;
    private ClusterClient _client = null!;
    private PageVisitors _pages = null!;
    private Task _load = Task.CompletedTask;

    [Fact]
    public async Task Offers_AcceptedWhileEnginesAreKilledAndTheDeskFails_AreEachOneConversation_AndAllIsToldInOrder()
    {
        await using var desk = _desk = await CompanyDesk.StartAsync();
        await using var cluster = _cluster = await ChaosCluster.StartAsync(withNetwork: false, desk);
        using var client = _client = new ClusterClient();
        var collector = cluster.Nodes[ChaosCluster.Collector].Address;
        var events = new EventSenders(client, collector, Seed);
        var pages = _pages = new PageVisitors(client, events, collector, cluster.Addresses, Seed, Pages, pace: 2);
        var staff = new DeskStaff(client, cluster.Addresses, desk.Chatwoot, Seed);
        var probe = new RecoveryProbe(cluster, client, events, Patience);
        using var stopLoad = new CancellationTokenSource();
        using var stopStaff = new CancellationTokenSource();
        var working = staff.RunAsync(stopStaff.Token);
        await using var log = await cluster.OpenLogAsync();
        (NoticeAudit Log, int Arrived) told;
        IReadOnlyDictionary<int, long> durableTo;
        try
        {
            Say("the cluster runs");
            _load = pages.RunAsync(stopLoad.Token);
            for (var round = 0; round < Rounds; round++)
            {
                var (first, second) = round % 2 == 0 ? (ChaosCluster.Engines[0], ChaosCluster.Engines[1]) : (ChaosCluster.Engines[1], ChaosCluster.Engines[0]);
                await SomeHandedOverAsync();
                await KillAsync(first);
                await Task.WhenAll(StartAsync(first), PresenceIsKeptAsync(second), SomeHandedOverAsync());
                await probe.RecoverAsync(Stopwatch.StartNew());

                Say("desk and webhook fail");
                (desk.IsDown, desk.HidesPresence) = (true, true);
                var (since, refused) = (Stopwatch.StartNew(), desk.Refused);
                await UntilAsync(() => Task.FromResult(desk.Refused >= refused + Some), () => "nothing is brought to desk and webhook");
                await KillAsync(second);
                await probe.TakenOverAsync(first);
                Say("they take notices and cards again; who is there is not told");
                desk.IsDown = false;
                await NobodyIsOfferedAsync(since, () => desk.HidesPresence = false, first);
                await Task.WhenAll(StartAsync(second), SomeHandedOverAsync());
                await probe.RecoverAsync(Stopwatch.StartNew());
            }
            Say("the desk says that all are offline");
            desk.Chatwoot.SetAvailability("offline");
            await NobodyIsOfferedAsync(Stopwatch.StartNew(), () => { }, ChaosCluster.Engines);
            await stopLoad.CancelAsync();
            await _load;
            Say("no more visitors");
            told = await AllIsToldAsync(log, staff);
            Say("all is told");
            await probe.RecoverAsync(Stopwatch.StartNew());
            durableTo = await probe.GetPositionsAsync();
        }
        finally
        {
            await stopLoad.CancelAsync();
            await stopStaff.CancelAsync();
            await Task.WhenAll(_load, working).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (ChaosCluster.Keeps) await cluster.DumpAsync(log);
        }
        await working;
        Judge(await LogAudit.OfAsync(log, durableTo, cluster.ReadSites()), told.Log, told.Arrived, staff);
    }

    private void Judge(LogAudit audit, NoticeAudit told, int arrived, DeskStaff staff)
    {
        var (taken, handed) = (_desk.Taken.ToList(), _desk.Chatwoot.HandOvers());
        Say($"{audit.Offers.Count} offers, {audit.Accepted.Count} accepted, {handed.Count} at the desk, {staff.Claimed.Count} claimed there; {told.Notices.Count} notices told, "
            + $"{taken.Count - taken.Select(c => c.Headers["webhook-id"]).Distinct().Count()} of them twice; {2 * Rounds} kills; {_pages.Visits.Count} visitors");
        Assert.Empty(audit.Faults);
        Assert.Empty(told.Judge(taken, arrived));

        // One conversation with one note for each that the log says was accepted; no other.
        Assert.Equal(audit.Accepted.Select(o => o.ToString()).Order(StringComparer.Ordinal), handed.Select(h => h.Offer).Order(StringComparer.Ordinal));
        Assert.Empty(handed.Where(h => h.Conversations.Count != 1 || h.Assignee is not (>= 1 and <= 3)).Select(h => $"{h.Offer}: {h.Conversations.Count} conversations, the first of agent {h.Assignee}"));
        Assert.Empty(handed.Where(h => h.Messages is not [var note] || !(bool)note["private"]! || !((string)note["content"]!).Contains("return label", StringComparison.Ordinal))
            .Select(h => $"{h.Offer}: {string.Join(" and ", h.Messages.Select(m => m.ToJsonString()))}"));

        // What was decided while nobody was there.
        Assert.All(_deserted, alone => Assert.DoesNotContain(told.Notices, n => n.Type == NoticeType.InvitationOffered && n.At > alone.From && n.At < alone.To));
        Assert.All(_pages.Visits, visit => Assert.Empty(visit.HeardAfterNo));
    }

    private async Task KillAsync(string engine)
    {
        await _cluster.Nodes[engine].KillAsync();
        Say($"{engine} is killed");
    }

    private async Task StartAsync(string engine)
    {
        await _cluster.Nodes[engine].StartAsync();
        Say($"{engine} is back");
    }

    private async Task SomeHandedOverAsync()
    {
        var wanted = HandedOver() + Some;
        await UntilAsync(() => Task.FromResult(HandedOver() >= wanted), () => $"{HandedOver()} of {wanted} cards at the desk");
        Say($"{HandedOver()} cards at the desk");

        int HandedOver() => _desk.Chatwoot.HandOvers().Count(h => h.Messages.Count > 0);
    }

    /// <summary>Until one that lives asks the desk again, those who are there count as there.</summary>
    private async Task PresenceIsKeptAsync(string engine)
    {
        var before = _desk.PresenceReads;
        await UntilAsync(async () =>
        {
            if (await AvailableAsync(engine) is { } available) Assert.True(available > 0, "the agents lapsed");
            return _desk.PresenceReads > before;
        }, () => "presence is not read");
        Say("presence is read again");
    }

    /// <summary>Until nobody counts as there, within the bound; then some visitors who come meanwhile are told that nobody is free.</summary>
    private async Task NobodyIsOfferedAsync(Stopwatch since, Action end, params string[] engines)
    {
        await UntilAsync(async () => (await Task.WhenAll(engines.Select(AvailableAsync))).All(available => available == 0), () => "agents are still there");
        Assert.InRange(since.Elapsed, TimeSpan.Zero, PresenceBound);
        Say(string.Create(CultureInfo.InvariantCulture, $"nobody is there after {since.Elapsed.TotalSeconds:F1} s"));
        var from = Now + UnderWay;
        var earlier = _pages.Visits.ToHashSet();
        await UntilAsync(async () => Now > from && await WaitingInVainAsync(engines[0], earlier) >= 3, () => "no visitor is told that nobody is free");
        Assert.All(await Task.WhenAll(engines.Select(AvailableAsync)), available => Assert.Equal(0, available));
        _deserted.Add((from, Now));
        end();
    }

    /// <summary>Of visitors who came since, how many would be invited were somebody there.</summary>
    private async Task<int> WaitingInVainAsync(string engine, HashSet<PageVisit> earlier)
    {
        var count = 0;
        foreach (var visit in _pages.Visits.Where(v => !earlier.Contains(v)))
        {
            var (status, answer) = await _client.SendAsync(HttpMethod.Get, new Uri(_cluster.Nodes[engine].Address, $"/v1/should-engage?visitor={visit.Visitor}"), ChaosSite.ApiKey);
            if (status == 200 && answer.GetProperty("blockers").EnumerateArray().Select(b => b.GetProperty("code").GetString()).SequenceEqual(["nobody_free"])) count++;
        }
        return count;
    }

    private async Task<int?> AvailableAsync(string engine)
    {
        var (status, stats) = await _client.SendAsync(HttpMethod.Get, new Uri(_cluster.Nodes[engine].Address, "/v1/stats"), ChaosSite.ApiKey);
        return status == 200 ? stats.GetProperty("agentsAvailable").GetInt32() : null;
    }

    /// <summary>Until the desk's people are done and the webhook has taken whatever the log holds; the log as read then, and how many had arrived before.</summary>
    private async Task<(NoticeAudit Log, int Arrived)> AllIsToldAsync(IEventLog log, DeskStaff staff)
    {
        NoticeAudit told = null!;
        var arrived = 0;
        IReadOnlyList<string> missing = [], cards = [];
        await UntilAsync(async () =>
        {
            var isIdle = staff.IsIdle;
            arrived = _desk.Taken.Count;
            told = await NoticeAudit.OfAsync(log);
            missing = told.MissingFrom(_desk.Taken);
            var handed = _desk.Chatwoot.HandOvers().Where(h => h.Messages.Count > 0).Select(h => h.Offer);
            cards = [.. told.OffersOf(NoticeType.CardAccepted).Except(handed)];
            return isIdle && missing.Count + cards.Count == 0;
        }, () => $"{missing.Count} notices did not arrive: {string.Join(' ', missing.Take(20))}; {cards.Count} cards: {string.Join(' ', cards.Take(20))}");
        return (told, arrived);
    }

    private async Task UntilAsync(Func<Task<bool>> holds, Func<string> lacking)
    {
        for (var waited = Stopwatch.StartNew(); !await holds(); await Task.Delay(100))
        {
            if (_load.IsFaulted) await _load;
            Assert.True(waited.Elapsed < Patience, $"not within {Patience}: {lacking()}\n{_cluster.Tails}");
        }
    }

    private static Instant Now => Instant.FromDateTimeOffset(DateTimeOffset.UtcNow);

    private void Say(string text)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:F1} s  {text}");
        output.WriteLine(line);
        _cluster.Note(line);
    }
}
