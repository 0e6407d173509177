using Engagement.Server.Replay;
using Engagement.Testing;

namespace Integration.Tests;

/// <summary>The main job on real input: all events of one night of a real shop, through the collector, the log and the engine.</summary>
public sealed class ReplayTests : IDisposable
{
    internal const int EventsOfTheNight = 10_777;

    /// <summary>Shares of the recording after which the server is killed.</summary>
    private static readonly double[] Kills = [0.11, 0.29, 0.48, 0.66, 0.87];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("engagement-integration-");

    public void Dispose() => _directory.Delete(recursive: true);

    [RecordedDataFact]
    public async Task Replay_KilledAndRestartedFiveTimes_DecidesAsTheUninterruptedRunDid()
    {
        var recording = Read();
        Assert.Equal((EventsOfTheNight, 0), (recording.Events.Count, recording.Unreadable));

        var whole = await UninterruptedAsync(recording);
        var (broken, kills) = await InterruptedAsync(recording);

        Assert.Equal(Kills.Length, kills);
        foreach (var report in new[] { whole, broken })
        {
            // Nothing lost: whatever was sent is acknowledged and stands in the log, once by its id.
            Assert.Equal((EventsOfTheNight, EventsOfTheNight, 0, EventsOfTheNight), (report.Sent, report.Accepted, report.Rejected, report.Events));
            // Nothing offered twice, and something offered at all.
            Assert.Equal(0, report.OffersTwice);
            Assert.InRange(report.Offers, 50, EventsOfTheNight);
            Assert.InRange(report.DecisionsByTimer, 10, report.Decisions);
        }
        // The same decisions of every visitor, timers included, and the same outcome of every session.
        AssertSameLines(whole.Canonical, broken.Canonical);
        Assert.Equal(whole.Offers, broken.Offers);
    }

    internal static Recording Read()
    {
        using var rows = Recording.Open(RecordedData.Rees46!);
        return Rees46Reader.Read(rows);
    }

    private async Task<ReplayReport> UninterruptedAsync(Recording recording)
    {
        await using var server = await ServerProcess.StartAsync(DataOf("whole"));
        return await RunAsync(server.Address, recording, _ => { });
    }

    /// <summary>The replay goes on all the while; what the server does not answer is sent again when it is back.</summary>
    private async Task<(ReplayReport Report, int Kills)> InterruptedAsync(Recording recording)
    {
        await using var server = await ServerProcess.StartAsync(DataOf("broken"));
        var killer = Task.CompletedTask;
        var kills = 0;
        try
        {
            var report = await RunAsync(server.Address, recording, behind =>
            {
                if (kills == Kills.Length || behind < Kills[kills] * recording.Events.Count || !killer.IsCompleted) return;
                kills++;
                killer = Task.Run(async () =>
                {
                    await server.KillAsync();
                    await server.StartAgainAsync();
                });
            });
            await killer;
            return (report, kills);
        }
        finally
        {
            await killer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal static async Task<ReplayReport> RunAsync(Uri url, Recording recording, Action<int> progress, params Uri[] otherNodes)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };
        var options = new ReplayOptions { Url = url, OtherNodes = otherNodes };
        return await new ReplayService(new ReplayClient(http, options, TimeProvider.System), options, TimeProvider.System).RunAsync(recording, progress, CancellationToken.None);
    }

    /// <summary>A data directory whose visitors have the same keys as the other's, so that the two can be compared.</summary>
    private string DataOf(string name)
    {
        var data = Path.Combine(_directory.FullName, name);
        ReplayServer.WriteSecret(data);
        return data;
    }

    internal static void AssertSameLines(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        var differing = left.Except(right).Select(line => "- " + line).Concat(right.Except(left).Select(line => "+ " + line)).Take(10).ToList();
        Assert.True(differing.Count == 0 && left.Length == right.Length, $"{left.Length} and {right.Length} lines; the first that differ:\n{string.Join('\n', differing)}");
    }
}
