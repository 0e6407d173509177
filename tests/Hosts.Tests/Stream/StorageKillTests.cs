using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Stream.Embedded;

namespace Hosts.Tests.Stream;

/// <summary>
/// A process that writes is killed at a random moment, again and again, over one file: nothing acknowledged is lost, offsets have no gaps, and
/// effects stand exactly as far as their checkpoint. ENGAGEMENT_LONG=1 kills 30 times.
/// </summary>
public sealed class StorageKillTests
{
    private const string Torture = "torture";
    private static readonly int Kills = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 30 : 3;

    [Fact]
    public async Task Kill_AtRandomMoments_LosesNothingAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var kill = 0; kill < Kills; kill++)
        {
            var said = await KillAsync(folder.File("storage.db"), TimeSpan.FromMilliseconds(random.Next(50, 900)));
            await VerifyAsync(folder.File("storage.db"), said, $"seed {seed}, kill {kill}");
        }
    }

    /// <summary>What the victim had said was durable when it died: by writer its records, by −1 the store's position.</summary>
    private static async Task<Dictionary<int, long>> KillAsync(string path, TimeSpan after)
    {
        var program = AppContext.BaseDirectory.Replace("Hosts.Tests", "Benchmarks", StringComparison.Ordinal) + "Benchmarks.dll";
        using var victim = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, "storage-torture", path])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var said = new ConcurrentDictionary<int, long>();
        var first = new TaskCompletionSource();
        var errors = victim.StandardError.ReadToEndAsync();
        var reading = Task.Run(async () =>
        {
            while (await victim.StandardOutput.ReadLineAsync() is { } line)
            {
                var words = line.Split(' ');
                if (words is ["log", var writer, var records]) said[int.Parse(writer)] = long.Parse(records);
                if (words is ["store", var position]) said[-1] = long.Parse(position);
                if (said.Count == 5) first.TrySetResult();
            }
        });
        if (await Task.WhenAny(first.Task, reading, Task.Delay(TimeSpan.FromSeconds(60))) != first.Task)
        {
            victim.Kill();
            Assert.Fail($"The victim did not come to write: {await errors}");
        }
        await Task.Delay(after);
        victim.Kill();
        await victim.WaitForExitAsync();
        await reading;
        return new Dictionary<int, long>(said);
    }

    private static async Task VerifyAsync(string path, Dictionary<int, long> said, string run)
    {
        await using var database = EmbeddedDatabase.Open(path, TimeProvider.System);
        var log = new EmbeddedEventLog(database);
        var counts = new Dictionary<string, long>();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var (offset, next) = await log.GetBoundsAsync(Torture, partition, default);
            Assert.Equal(0, offset);
            while (offset < next)
            {
                using var batch = await log.ReadAsync(Torture, partition, offset, 4096, default);
                for (var i = 0; i < batch.Count; i++)
                {
                    var writer = Encoding.UTF8.GetString(batch[i].Key.Span);
                    var number = long.Parse(Encoding.UTF8.GetString(batch[i].Value.Span).Split(' ')[0]);
                    Assert.True(number == counts.GetValueOrDefault(writer), $"{run}: {writer} has {number} after {counts.GetValueOrDefault(writer)}");
                    Assert.Equal(offset + i, batch[i].Offset);
                    counts[writer] = number + 1;
                }
                offset = batch.NextOffset;
            }
        }
        foreach (var (writer, records) in said.Where(s => s.Key >= 0))
            Assert.True(counts[$"writer-{writer}"] >= records, $"{run}: writer {writer} was told {records}, the log has {counts[$"writer-{writer}"]}");
        await VerifyStoreAsync(new EmbeddedDeliveryStore(database), said[-1], run);
    }

    private static async Task VerifyStoreAsync(EmbeddedDeliveryStore store, long said, string run)
    {
        var position = (await store.TakePartitionAsync(0, default)).Checkpoint!.Position;
        Assert.True(position >= said, $"{run}: the store was told {said} and stands at {position}");
        Assert.NotNull(await store.GetOfferAsync(Torture, OfferAt(position), default));
        Assert.Null(await store.GetOfferAsync(Torture, OfferAt(position + 1), default));
    }

    private static OfferId OfferAt(long position) => new(new SessionId(1, (ulong)position), 1);
}
