using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream.Kafka;
using Engagement.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Benchmarks.Kafka;

/// <summary>
/// What the log costs alone: the same topic of 4 partitions read by <c>kcat</c>, through Confluent.Kafka's own call, by a member of a group, and as
/// a rebuild reads it; each a few times by turns, against the same broker.
/// </summary>
internal static class KafkaReadBenchmark
{
    private const string Topic = "benchmark";
    private const int ValueBytes = 200;
    private const int Rounds = 3;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var records = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 3_000_000;
        await using var broker = await KafkaBroker.StartAsync();
        var options = new KafkaOptions { BootstrapServers = broker.BootstrapServers, BrokerVersion = KafkaBroker.Version, Partitions = KafkaBroker.AutomaticPartitions };
        await using var log = await KafkaEventLog.OpenAsync(options, NullLoggerFactory.Instance, TimeProvider.System, default);
        Say("append", await AppendAsync(log, records));
        for (var round = 0; round < Rounds; round++)
        {
            Say("kcat", await KcatAsync(broker, records));
            Say("library", await Task.Run(() => Library(broker, records)));
            Say("group", await GroupAsync(log, records, $"group-{round}"));
            Say("rebuild", await RebuildAsync(log, records));
        }
        return 0;
    }

    private static async Task<Figure> AppendAsync(KafkaEventLog log, int records)
    {
        var measure = Measure.Start();
        var appended = -1;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var chunk = new LogAppend[500];
            while (true)
            {
                var first = (Interlocked.Increment(ref appended)) * chunk.Length;
                if (first >= records) return;
                for (var i = 0; i < chunk.Length; i++)
                {
                    var value = new byte[ValueBytes];
                    value.AsSpan().Fill((byte)'x');
                    chunk[i] = new LogAppend(Encoding.UTF8.GetBytes($"demo:{(first + i) % 100_000:x32}"), value);
                }
                while (!(await log.AppendAsync(Topic, chunk, default)).IsDurable) await Task.Delay(10);
            }
        }));
        return measure.Stop(records);
    }

    private static async Task<Figure> KcatAsync(KafkaBroker broker, int records)
    {
        var clock = Stopwatch.StartNew();
        var command = $"TIMEFORMAT='%U %S'; time kcat -b {broker.BootstrapServers} -X api.version.request=false -X broker.version.fallback={KafkaBroker.Version} -C -t {Topic} -o beginning -e -q >/dev/null";
        using var kcat = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true })!;
        var times = await kcat.StandardError.ReadToEndAsync();
        await kcat.WaitForExitAsync();
        var seconds = times.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Sum(t => double.Parse(t, CultureInfo.InvariantCulture));
        return new Figure(records, clock.Elapsed, TimeSpan.FromSeconds(seconds), 0);
    }

    /// <summary>The library's call at its best: one object a record, and nothing in it.</summary>
    private static Figure Library(KafkaBroker broker, int records)
    {
        var measure = Measure.Start();
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = broker.BootstrapServers, ["api.version.request"] = "false", ["broker.version.fallback"] = KafkaBroker.Version,
            ["group.id"] = "library", ["enable.auto.commit"] = "false", ["dotnet.consumer.consume.result.fields"] = "none",
        }).Build();
        consumer.Assign(Enumerable.Range(0, KafkaBroker.AutomaticPartitions).Select(p => new TopicPartitionOffset(Topic, p, 0)));
        for (var read = 0; read < records;)
            if (consumer.Consume(TimeSpan.FromSeconds(1)) is not null) read++;
        return measure.Stop(records);
    }

    private static async Task<Figure> GroupAsync(KafkaEventLog log, int records, string group)
    {
        var measure = Measure.Start();
        await using var consumer = await log.JoinAsync(Topic, group, default);
        var read = 0;
        long bytes = 0;
        var first = true;
        while (read < records)
        {
            var signal = await consumer.NextAsync(default);
            if (signal.Kind == ConsumerSignalKind.Assigned)
            {
                // Joining takes as long as the broker lets it; what is measured is reading.
                if (first) measure = Measure.Start();
                first = false;
                consumer.Seek(signal.Partition, 0);
            }
            if (signal.Batch is not { } batch) continue;
            for (var i = 0; i < batch.Count; i++) bytes += batch[i].Value.Length;
            read += batch.Count;
            batch.Dispose();
        }
        return bytes == (long)records * ValueBytes ? measure.Stop(records) : throw new InvalidOperationException("bytes are missing");
    }

    private static async Task<Figure> RebuildAsync(KafkaEventLog log, int records)
    {
        var measure = Measure.Start();
        var counts = await Task.WhenAll(Enumerable.Range(0, log.PartitionCount).Select(async partition =>
        {
            var count = 0;
            for (var (offset, next) = await log.GetBoundsAsync(Topic, partition, default); offset < next;)
            {
                using var batch = await log.ReadAsync(Topic, partition, offset, Limits.BatchRecordsMax, default);
                count += batch.Count;
                offset = batch.NextOffset;
            }
            return count;
        }));
        return counts.Sum() == records ? measure.Stop(records) : throw new InvalidOperationException("records are missing");
    }

    private static void Say(string what, Figure figure) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{what,-8} {figure.Records / figure.Elapsed.TotalSeconds,12:N0} records/s   {figure.Processor.TotalMicroseconds / figure.Records,6:N2} µs of processor a record   {(double)figure.Allocated / figure.Records,6:N1} B allocated a record"));

    private readonly record struct Figure(int Records, TimeSpan Elapsed, TimeSpan Processor, long Allocated);

    private readonly record struct Measure(long Started, TimeSpan Processor, long Allocated)
    {
        public static Measure Start() => new(Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());

        public Figure Stop(int records) =>
            new(records, Stopwatch.GetElapsedTime(Started), Environment.CpuUsage.TotalTime - Processor, GC.GetTotalAllocatedBytes() - Allocated);
    }
}
