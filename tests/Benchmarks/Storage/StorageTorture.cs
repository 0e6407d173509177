using System.Globalization;
using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Delivery.Embedded;
using Engagement.Engine.Stream.Embedded;

namespace Benchmarks.Storage;

/// <summary>
/// The victim of the kill test: appends and commits as fast as it can and says on standard output what was acknowledged, until it is killed.
/// Lines: <c>log {writer} {number}</c> and <c>store {position}</c>.
/// </summary>
public static class StorageTorture
{
    public const string Topic = "torture";
    public const string Site = "torture";
    private const int Writers = 4;
    private const int RecordsMax = 20;

    public static async Task<int> RunAsync(string path)
    {
        await using var database = EmbeddedDatabase.Open(path, TimeProvider.System);
        var log = new EmbeddedEventLog(database);
        var store = new EmbeddedDeliveryStore(database);
        await Task.WhenAll([.. Enumerable.Range(0, Writers).Select(w => Task.Run(() => AppendAsync(log, w))), Task.Run(() => CommitAsync(store))]);
        return 0;
    }

    /// <summary>The offer that goes with a position of the checkpoint.</summary>
    public static OfferId OfferAt(long position) => new(new SessionId(1, (ulong)position), 1);

    private static async Task AppendAsync(EmbeddedEventLog log, int writer)
    {
        var number = await CountAsync(log, writer);
        for (var i = 1; ; i++)
        {
            var count = 1 + (i * 7 + writer) % RecordsMax;
            var records = Enumerable.Range(0, count).Select(n => Record(writer, number + n)).ToArray();
            if (!(await log.AppendAsync(Topic, records, default)).IsDurable) continue;
            number += count;
            Say($"log {writer} {number}");
        }
    }

    private static LogAppend Record(int writer, int number) => new(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"writer-{writer}")),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} {new string('x', number % 900)}")));

    /// <summary>Records of a writer that an earlier life left.</summary>
    private static async Task<int> CountAsync(EmbeddedEventLog log, int writer)
    {
        var key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"writer-{writer}"));
        var partition = Engagement.Engine.Stream.Murmur2.PartitionOf(key, log.PartitionCount);
        var (offset, next) = await log.GetBoundsAsync(Topic, partition, default);
        var count = 0;
        while (offset < next)
        {
            using var batch = await log.ReadAsync(Topic, partition, offset, 4096, default);
            for (var i = 0; i < batch.Count; i++) count += batch[i].Key.Span.SequenceEqual(key) ? 1 : 0;
            offset = batch.NextOffset;
        }
        return count;
    }

    private static async Task CommitAsync(EmbeddedDeliveryStore store)
    {
        var ownership = await store.TakePartitionAsync(0, default);
        var position = ownership.Checkpoint?.Position ?? 0;
        while (true)
        {
            await store.SetPresenceAsync(new PresenceRequest(Site, "anna", PresenceStatus.Available, Limits.AgentCapacityMax), default);
            position++;
            await store.CommitAsync(CommitOf(ownership.Epoch, position), default);
            Say($"store {position}");
        }
    }

    private static PartitionCommit CommitOf(long epoch, long position)
    {
        var commit = new PartitionCommit { Checkpoint = new PartitionCheckpoint(0, position, position, epoch, PartitionCheckpoint.CurrentStateVersion, []) };
        commit.Offers.Add(new OfferDelivery
        {
            Site = Site, Visitor = new VisitorKey(1, (ulong)position), Offer = OfferAt(position), Agent = "anna", ExpiresAt = Instant.Never,
            Invitation = "\"i\""u8.ToArray(), ReservedCard = "\"r\""u8.ToArray(), FullCard = "\"f\""u8.ToArray(),
        });
        return commit;
    }

    private static void Say(FormattableString line)
    {
        lock (Console.Out) Console.Out.WriteLine(FormattableString.Invariant(line));
    }
}
