using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Sites;
using Engagement.Engine.Stream.Embedded;
using Engagement.Server.Hosting;
using Engagement.Testing;
using Xunit.Abstractions;

namespace Integration.Tests.Kill;

/// <summary>SIGKILL at random moments under load: nothing that was acknowledged is lost, nothing that was seen is repeated.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Senders = 3;
    private const int EventsPerRequest = 10;
    private static readonly int Kills = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 100 : 6;
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("ENGAGEMENT_SEED") ?? "20261122", CultureInfo.InvariantCulture);

    private int _acknowledged;

    [Fact]
    public async Task Kill_AtRandomMomentsUnderLoad_LosesNothingAndRepeatsNothing()
    {
        output.WriteLine($"seed {Seed}, {Kills} kills");
        await using var server = await ServerProcess.StartAsync();
        using var stop = new CancellationTokenSource();
        var presence = KeepPresentAsync(server, stop.Token);
        var scripts = Enumerable.Range(0, Senders).Select(i => new VisitScripts(Seed + i, $"sender{i}-")).ToArray();
        var senders = scripts.Select(script => SendAsync(server, script, stop.Token)).ToArray();

        var random = new Random(Seed);
        var recoveries = new List<double>();
        for (var kill = 0; kill < Kills; kill++)
        {
            // By work done and not by time: on a slow machine, too, every kill falls into load.
            var target = Volatile.Read(ref _acknowledged) + random.Next(5, 60);
            while (Volatile.Read(ref _acknowledged) < target) await Task.Delay(1);
            await Task.Delay(random.Next(0, 30));
            var clock = Stopwatch.StartNew();
            await server.KillAsync();
            await server.StartAgainAsync();
            recoveries.Add(clock.Elapsed.TotalSeconds);
        }
        await Task.Delay(500);
        await stop.CancelAsync();
        var acknowledged = (await Task.WhenAll(senders)).SelectMany(ids => ids).ToHashSet();
        await presence;
        await server.CaughtUpAsync(TimeSpan.FromMinutes(1));
        var answers = await AskAsync(server, acknowledged.Select(id => id[..id.LastIndexOf('-')]).Distinct().TakeLast(200));
        Assert.Equal(0, await server.StopAsync());

        await using var database = EmbeddedDatabase.Open(EmbeddedStorage.DatabaseOf(server.Data), TimeProvider.System);
        await using var log = new EmbeddedEventLog(database);
        var sites = new SiteDirectoryReader(new SiteOptions { Directories = [DemoSites.Prepare(server.Data)], AllowDemoKeys = true }).Read();
        Assert.Empty(sites.Errors);
        var run = await UninterruptedRun.OfAsync(log, sites.Catalog);

        output.WriteLine($"{acknowledged.Count} events acknowledged, {run.Offers.Count} offers, {run.Decisions.Count} decisions; ready again after "
            + $"median {recoveries.Order().ElementAt(recoveries.Count / 2):F1} s, at most {recoveries.Max():F1} s");
        Assert.Empty(acknowledged.Except(run.EventIds));
        Assert.NotEmpty(run.Offers);
        Assert.All(run.Offers, offer => Assert.Equal(1, offer.Value));
        Assert.All(answers, answer => Assert.True(
            run.Steps.TryGetValue(answer.DecisionId, out var state) && Code(state) == answer.State, $"{answer.DecisionId} {answer.State}: an uninterrupted run says {state}"));
        await CompareDecisionsAsync(log, run);
    }

    /// <summary>
    /// None of the uninterrupted run's decisions is missing; every one that the live run logged is one of them, alike. Why an offer was refused at
    /// its moment (stale, nobody free) is not in the log, so after a restart the live run may say so once more at a step that changed nothing else.
    /// </summary>
    private static async Task CompareDecisionsAsync(IEventLog log, UninterruptedRun run)
    {
        var logged = new Dictionary<string, (string State, string[] Blockers)>();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            foreach (var record in await UninterruptedRun.ReadAllAsync(log, Topics.Decisions, partition))
            {
                using var decision = JsonDocument.Parse(record);
                var (id, state) = (Text(decision, "id"), Text(decision, "state"));
                var blockers = decision.RootElement.GetProperty("blockers").EnumerateArray().Select(b => b.GetString()!).ToArray();
                Assert.True(logged.TryAdd(id, (state, blockers)) || logged[id].State == state, $"{id} was decided twice, differently");
            }
        }
        var differing = logged.Where(d => !IsAlike(d.Key, d.Value.State, d.Value.Blockers, run)).Select(d => d.Key).ToList();
        Assert.True(differing.Count == 0, $"{differing.Count} of {logged.Count} decisions differ, the first: {string.Join(", ", differing.Take(5))}");
        var missing = run.Decisions.Keys.Except(logged.Keys).ToList();
        Assert.True(missing.Count == 0, $"{missing.Count} of {run.Decisions.Count} decisions are missing, the first: {string.Join(", ", missing.Take(5))}");
    }

    private static bool IsAlike(string id, string state, string[] blockers, UninterruptedRun run) =>
        run.Decisions.TryGetValue(id, out var decided) ? Code(decided) == state
        : run.Steps.TryGetValue(id, out var stepped) && Code(stepped) == state && blockers is ["stale"] or ["nobody_free"];

    /// <summary>Sends until told to stop, each body again and again until it is taken; returns the ids that were acknowledged.</summary>
    private async Task<List<string>> SendAsync(ServerProcess server, VisitScripts script, CancellationToken stop)
    {
        var acknowledged = new List<string>();
        while (!stop.IsCancellationRequested)
        {
            var from = script.Ids.Count;
            var body = script.Next(EventsPerRequest);
            using var answer = await server.PostUntilTakenAsync(body);
            Assert.Equal(EventsPerRequest, answer.RootElement.GetProperty("accepted").GetInt32());
            acknowledged.AddRange(script.Ids.Skip(from));
            Interlocked.Increment(ref _acknowledged);
            await Task.Delay(5, CancellationToken.None);
        }
        return acknowledged;
    }

    private static async Task KeepPresentAsync(ServerProcess server, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var isHeard = await server.TrySetPresenceAsync("ada", 100_000);
            await Task.Delay(isHeard ? 2_000 : 100, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<List<(string DecisionId, string State)>> AskAsync(ServerProcess server, IEnumerable<string> visitors)
    {
        var answers = new List<(string, string)>();
        foreach (var visitor in visitors)
        {
            using var answer = await server.GetJsonAsync($"/v1/should-engage?visitor={visitor}");
            answers.Add((Text(answer, "decisionId"), Text(answer, "state")));
        }
        return answers;
    }

    private static string Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString()!;

    private static string Code(Engagement.Core.Decisions.VisitorState state) => state.ToString().ToLowerInvariant();
}
