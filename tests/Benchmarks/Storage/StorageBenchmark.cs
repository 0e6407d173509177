using System.Diagnostics;
using System.Globalization;
using System.Text;
using Engagement.Core.Contracts;
using Engagement.Engine.Stream;
using Engagement.Engine.Stream.Embedded;
using Microsoft.Data.Sqlite;

namespace Benchmarks.Storage;

/// <summary>
/// Durable appends per second of the embedded log (requests of 50 records from 8 callers), beside the same chunks written by nothing but SQLite
/// on one thread with the same pragmas, in one run, alternating; the ratio is what counts. Then the time from append to consumer.
/// </summary>
public static class StorageBenchmark
{
    private const int Callers = 8;
    private const int RequestRecords = 50;
    private const int Rounds = 5;
    private static readonly TimeSpan RoundTime = TimeSpan.FromSeconds(4);

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("engagement-storage-");
        try
        {
            var ratios = new List<double>();
            for (var round = 0; round <= Rounds; round++)
            {
                var (ours, commits) = await AppendAsync(Path.Combine(folder.FullName, $"log-{round}.db"));
                var perCommit = (int)Math.Max(1, ours.Records / Math.Max(1, commits));
                var bare = AppendBare(Path.Combine(folder.FullName, $"bare-{round}.db"), perCommit);
                if (round == 0) continue; // Warms up the code and the disk.
                ratios.Add(ours.PerSecond / bare.PerSecond);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"round {round}: log {ours.PerSecond:N0} records/s, bare SQLite {bare.PerSecond:N0} records/s ({perCommit} records a commit), ratio {ratios[^1]:F2}"));
            }
            ratios.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio, median of {Rounds}: {ratios[Rounds / 2]:F2}"));
            await MeasureLatencyAsync(Path.Combine(folder.FullName, "latency.db"));
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Records per second of nothing but SQLite: the yardstick of every other figure that ends on the disk.</summary>
    public static double BareRecordsPerSecond(int perCommit)
    {
        var folder = Directory.CreateTempSubdirectory("engagement-bare-");
        try
        {
            return AppendBare(Path.Combine(folder.FullName, "bare.db"), perCommit).PerSecond;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(Rate Rate, long Commits)> AppendAsync(string path)
    {
        await using var database = EmbeddedDatabase.Open(path, TimeProvider.System);
        var log = new EmbeddedEventLog(database);
        var requests = Enumerable.Range(0, 64).Select(i => Request(i)).ToArray();
        await log.AppendAsync(Topics.Events, requests[0], default);
        var watch = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            long count = 0;
            for (var i = caller; watch.Elapsed < RoundTime; i++)
            {
                if ((await log.AppendAsync(Topics.Events, requests[i % requests.Length], default)).IsDurable) count += RequestRecords;
            }
            return count;
        })));
        return (new Rate(counts.Sum(), watch.Elapsed), database.Commits);
    }

    private static Rate AppendBare(string path, int perCommit)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, EmbeddedDatabase.Pragmas + "CREATE TABLE chunk(key INTEGER PRIMARY KEY, records INTEGER, written_at INTEGER, crc INTEGER, data BLOB)");
        Execute(connection, "PRAGMA wal_autocheckpoint = 8192");
        var chunks = ChunksOf(perCommit);
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO chunk VALUES($key, $records, 0, 0, $data)";
        var (key, records, data) = (Parameter(insert, "$key"), Parameter(insert, "$records"), Parameter(insert, "$data"));
        long count = 0;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < RoundTime)
        {
            using var transaction = connection.BeginTransaction();
            insert.Transaction = transaction;
            for (var p = 0; p < chunks.Length; p++)
            {
                if (chunks[p].Count == 0) continue;
                (key.Value, records.Value, data.Value) = (((long)p << 44) + count, chunks[p].Count, chunks[p].Data);
                insert.ExecuteNonQuery();
            }
            transaction.Commit();
            count += perCommit;
        }
        return new Rate(count, watch.Elapsed);
    }

    private static async Task MeasureLatencyAsync(string path)
    {
        await using var database = EmbeddedDatabase.Open(path, TimeProvider.System);
        var log = new EmbeddedEventLog(database);
        await using var consumer = await log.JoinAsync(Topics.Events, "latency", default);
        var (durable, read) = (new List<double>(), new List<double>());
        var caughtUp = 0;
        while (caughtUp < log.PartitionCount)
        {
            var signal = await consumer.NextAsync(default);
            if (signal.Kind == ConsumerSignalKind.Assigned) consumer.Seek(signal.Partition, 0);
            if (signal.Kind == ConsumerSignalKind.CaughtUp) caughtUp++;
        }
        for (var i = 0; i < 1_000; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var append = log.AppendAsync(Topics.Events, [Request(i)[0]], default);
            ConsumerSignal signal;
            do signal = await consumer.NextAsync(default);
            while (signal.Kind != ConsumerSignalKind.Batch);
            read.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            signal.Batch!.Dispose();
            await append;
            durable.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"one record: with the consumer after {At(read, 0.5):F2} ms (p99 {At(read, 0.99):F2} ms), acknowledged after {At(durable, 0.5):F2} ms (p99 {At(durable, 0.99):F2} ms)"));
    }

    private static double At(List<double> values, double quantile) => values.Order().ElementAt((int)(quantile * (values.Count - 1)));

    private static (int Count, byte[] Data)[] ChunksOf(int records)
    {
        var chunks = Enumerable.Range(0, 4).Select(_ => (Count: 0, Data: new List<byte>())).ToArray();
        foreach (var record in Enumerable.Range(0, (records + RequestRecords - 1) / RequestRecords).SelectMany(Request).Take(records))
        {
            ref var chunk = ref chunks[Murmur2.PartitionOf(record.Key.Span, 4)];
            chunk.Count++;
            chunk.Data.AddRange(record.Key.Span);
            chunk.Data.AddRange(record.Value.Span);
        }
        return [.. chunks.Select(c => (c.Count, c.Data.ToArray()))];
    }

    /// <summary>Records of about 500 bytes, the usual size of an event, of 50 visitors.</summary>
    private static LogAppend[] Request(int seed) => [.. Enumerable.Range(0, RequestRecords).Select(i => new LogAppend(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"demo:{seed * 7919 + i:x32}")),
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"v":1,"id":"{{seed}}-{{i}}","type":"page_viewed","pad":"{{new string('x', 420)}}"}"""))))];

    private static SqliteParameter Parameter(SqliteCommand command, string name)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        command.Parameters.Add(parameter);
        return parameter;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is this program's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private readonly record struct Rate(long Records, TimeSpan Time)
    {
        public double PerSecond => Records / Time.TotalSeconds;
    }
}
