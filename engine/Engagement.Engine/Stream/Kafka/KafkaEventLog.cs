using System.Collections.Concurrent;
using Confluent.Kafka;
using Engagement.Core;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// The event log in Kafka: its topics are <see cref="Topics"/>', its groups Kafka's own. It opens while the broker is away; what needs the broker
/// then throws <see cref="IOException"/>, and appends answer <see cref="AppendOutcome.Unavailable"/>, until it is back. Thread-safe.
/// </summary>
public sealed class KafkaEventLog : IEventLog
{
    /// <summary>A rebuild asks partition by partition, and a seek shall not wait for a fetch that finds nothing elsewhere.</summary>
    private static readonly TimeSpan ReadWait = TimeSpan.FromMilliseconds(20);

    private readonly KafkaOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly KafkaProducer _producer;
    private readonly TopicCatalog _topics;
    private readonly NativeClient _client;
    private readonly ConcurrentDictionary<(string Topic, int Partition), Lazy<KafkaReader>> _readers = new();
    private bool _disposed;

    private KafkaEventLog(KafkaOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        (_options, _loggers, _time) = (options, loggers, time);
        _producer = new KafkaProducer(options, time, loggers.CreateLogger<KafkaProducer>());
        _topics = new TopicCatalog(_producer, options, time, loggers.CreateLogger<TopicCatalog>());
        _client = new NativeClient(KafkaSettings.Fetch(options, ReadWait), loggers.CreateLogger<NativeClient>());
    }

    public int PartitionCount => _options.Partitions;
    public bool HasBoundsAtHand => false;

    /// <summary>Opens without waiting for a broker. Throws <see cref="ArgumentException"/> with every error of the options.</summary>
    public static async ValueTask<KafkaEventLog> OpenAsync(KafkaOptions options, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellation)
    {
        Librdkafka.EnsureResolvable();
        var errors = options.Validate();
        if (errors.Count > 0) throw new ArgumentException(string.Join("; ", errors), nameof(options));
        // Clients start threads and resolve names: not on the caller's.
        return await Task.Run(() => new KafkaEventLog(options, loggers, time), cancellation);
    }

    public async ValueTask<AppendResult> AppendAsync(string topic, IReadOnlyList<LogAppend> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return new AppendResult(AppendOutcome.Durable, TimeSpan.Zero);
        cancellation.ThrowIfCancellationRequested();
        try
        {
            return await _producer.AppendAsync(await _topics.GetAsync(topic), records);
        }
        catch (IOException)
        {
            // The catalog has said why, once for all who asked.
            return new AppendResult(AppendOutcome.Unavailable, AppendCall.RetryAfter);
        }
    }

    public async ValueTask<ILogConsumer> JoinAsync(string topic, string group, CancellationToken cancellation)
    {
        var known = await _topics.GetAsync(topic);
        cancellation.ThrowIfCancellationRequested();
        return await Task.Run(() => new KafkaConsumer(_options, known, group, _loggers), cancellation);
    }

    public async ValueTask<(long First, long Next)> GetBoundsAsync(string topic, int partition, CancellationToken cancellation) =>
        await (await ReaderOfAsync(topic, partition)).GetBoundsAsync().WaitAsync(cancellation);

    public async ValueTask<LogBatch> ReadAsync(string topic, int partition, long offset, int maxRecords, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        return await (await ReaderOfAsync(topic, partition)).ReadAsync(offset, maxRecords, cancellation);
    }

    /// <summary>Nothing to do: the topic's retention is the broker's work.</summary>
    public ValueTask TrimAsync(string topic, Instant before, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>Throws <see cref="IOException"/> when no broker answers within a second (longer for the first answer), or when the events' topic is not as it must be.</summary>
    public async ValueTask CheckAsync(CancellationToken cancellation) => await _topics.CheckAsync(Topics.Events, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        await Task.Run(() =>
        {
            foreach (var reader in _readers.Values) reader.Value.Dispose();
            _client.Dispose();
            _producer.Dispose();
        });
    }

    private async ValueTask<KafkaReader> ReaderOfAsync(string topic, int partition)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var known = await _topics.GetAsync(topic);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)partition, (uint)known.Partitions.Length, nameof(partition));
        return _readers.GetOrAdd((topic, partition), static (key, log) => new Lazy<KafkaReader>(() => new KafkaReader(log._client, key.Topic, key.Partition, log._time)), this).Value;
    }
}
