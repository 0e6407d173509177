using System.Globalization;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream;
using FsCheck;
using FsCheck.Fluent;

namespace Hosts.Tests.Stream.Spool;

/// <summary>
/// Random outages under concurrent senders, with stops in the middle of a drain: whatever was acknowledged is in the log, and of each visitor in the
/// order in which it was acknowledged. It may be there twice.
/// </summary>
public sealed class SpoolOrderTests
{
    private const int Partitions = 3;
    private const int Visitors = 7;
    private static readonly int s_runs = Environment.GetEnvironmentVariable("ENGAGEMENT_LONG") == "1" ? 400 : 25;

    [Fact]
    public void Append_RandomOutagesAndRestarts_AcknowledgedRecordsAreThereInOrder() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(s_runs), Prop.ForAll(Courses(), course => HoldsAsync(course).GetAwaiter().GetResult()));

    private static Arbitrary<Course> Courses() => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue - 1)
        from steps in Gen.ArrayOf(Steps(), 10)
        select new Course(seed, steps));

    private static Gen<Step> Steps() =>
        from mood in Gen.Frequency((30, Gen.Constant(LogMood.Up)), (15, Gen.Constant(LogMood.Away)), (10, Gen.Constant(LogMood.Torn)), (10, Gen.Constant(LogMood.Mute)),
            (20, Gen.Constant(LogMood.Hung)), (5, Gen.Constant(LogMood.Busy)), (10, Gen.Constant(LogMood.Broken)))
        from restarts in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from forMs in Gen.Frequency((6, Gen.Choose(0, 15)), (1, Gen.Choose(40, 90)))
        select new Step(mood, restarts, forMs);

    private static async Task<bool> HoldsAsync(Course course)
    {
        using var folder = new TemporaryFolder();
        var log = new WaywardLog(Partitions, course.Seed);
        var spool = new OpenSpool(log, folder.File("spool.db"));
        using var stop = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Visitors).Select(v => SendAsync(v, () => Volatile.Read(ref spool).Log, course.Seed, stop.Token)).ToArray();
        foreach (var step in course.Steps)
        {
            log.Mood = step.Mood;
            await Task.Delay(step.ForMs);
            if (!step.Restarts) continue;
            await spool.DisposeAsync();
            Volatile.Write(ref spool, new OpenSpool(log, folder.File("spool.db")));
        }
        log.Mood = LogMood.Up;
        await Task.Delay(5);
        await stop.CancelAsync();
        var acknowledged = await Task.WhenAll(senders);
        await spool.DrainedAsync(course.ToString());
        await spool.DisposeAsync();

        for (var visitor = 0; visitor < Visitors; visitor++) Compare(visitor, acknowledged[visitor], log, course);
        return true;
    }

    /// <summary>Each of a visitor's events once its predecessor was answered; one that was not taken is sent again, or given up.</summary>
    private static async Task<List<int>> SendAsync(int visitor, Func<IEventLog> log, int seed, CancellationToken stop)
    {
        var random = new Random(seed + visitor);
        var acknowledged = new List<int>();
        // Records of two visitors in one append: one that is divided among the lanes.
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var records = Enumerable.Range(0, random.Next(1, 3)).Select(i => Record(visitor, number + i)).Append(new LogAppend("other"u8.ToArray(), "x"u8.ToArray())).ToList();
            var taken = await TakeAsync(log(), records);
            if (taken) acknowledged.AddRange(Enumerable.Range(number, records.Count - 1));
            if (!taken && random.Next(2) == 0) number--;
            else number += records.Count - 2;
            // The sender's buffer is its own again.
            foreach (var record in records) System.Runtime.InteropServices.MemoryMarshal.AsMemory(record.Value).Span.Clear();
            if (random.Next(4) == 0) await Task.Delay(1, CancellationToken.None);
            else await Task.Yield();
        }
        return acknowledged;
    }

    private static async Task<bool> TakeAsync(IEventLog log, List<LogAppend> records)
    {
        try
        {
            return (await log.AppendAsync(Topics.Events, records, default)).IsDurable;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static LogAppend Record(int visitor, int number) => new(Key(visitor), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{visitor}/{number}")));

    private static byte[] Key(int visitor) => Encoding.UTF8.GetBytes($"demo:{visitor:x32}");

    private static void Compare(int visitor, List<int> acknowledged, WaywardLog log, Course course)
    {
        var first = new Dictionary<int, int>();
        var values = log.ValuesOf(Topics.Events, Murmur2.PartitionOf(Key(visitor), Partitions));
        for (var at = 0; at < values.Count; at++)
        {
            Assert.DoesNotContain('\0', values[at]);
            var parts = values[at].Split('/');
            if (parts.Length == 2 && parts[0] == $"{visitor}") first.TryAdd(int.Parse(parts[1], CultureInfo.InvariantCulture), at);
        }
        var missing = acknowledged.Where(n => !first.ContainsKey(n)).ToList();
        Assert.True(missing.Count == 0, $"{course}: visitor {visitor} misses {string.Join(',', missing.Take(5))} of {acknowledged.Count}");
        var places = acknowledged.Select(n => first[n]).ToList();
        for (var i = 1; i < places.Count; i++)
            Assert.True(places[i - 1] < places[i], $"{course}: visitor {visitor}, {acknowledged[i]} lies before {acknowledged[i - 1]}");
    }

    private sealed record Step(LogMood Mood, bool Restarts, int ForMs);

    private sealed record Course(int Seed, Step[] Steps)
    {
        public override string ToString() => $"seed {Seed}: {string.Join(' ', Steps.Select(s => $"{s.Mood}{(s.Restarts ? "!" : "")}{s.ForMs}"))}";
    }
}
