using System.Runtime.InteropServices;
using Confluent.Kafka;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// Appends with the acknowledgement of all replicas. Order by partition holds over retries: an idempotent producer where brokers have it, one
/// request in flight where not. Thread-safe.
/// </summary>
internal sealed class KafkaProducer : IDisposable
{
    private readonly KafkaOptions _options;
    private readonly ILogger _logger;
    private readonly AppendBudget _budget = new();
    private readonly AppendFailures _failures;
    private readonly Lock _gate = new();
    private volatile IProducer<byte[], byte[]> _producer;
    private volatile bool _disposed;

    public KafkaProducer(KafkaOptions options, TimeProvider time, ILogger logger)
    {
        (_options, _logger, _failures) = (options, logger, new AppendFailures(time, logger));
        _producer = Build();
    }

    public ValueTask<AppendResult> AppendAsync(KafkaTopic topic, IReadOnlyList<LogAppend> records)
    {
        long bytes = 0;
        for (var i = 0; i < records.Count; i++)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(records[i].Partition, topic.Partitions.Length, nameof(records));
            bytes += records[i].Key.Length + records[i].Value.Length;
        }
        if (_disposed) return ValueTask.FromResult(new AppendResult(AppendOutcome.Unavailable, AppendCall.RetryAfter));
        if (!_budget.TryTake(records.Count, bytes)) return ValueTask.FromResult(new AppendResult(AppendOutcome.Busy, AppendCall.RetryAfter));
        var call = new AppendCall(_budget, _failures, records.Count, bytes);
        var handedOver = 0;
        try
        {
            var producer = _producer;
            for (; handedOver < records.Count; handedOver++) Produce(producer, topic, records[handedOver], call);
        }
        catch (Exception e) when (e is KafkaException or ObjectDisposedException)
        {
            _failures.Add(e.Message);
            call.Refuse(records.Count - handedOver);
        }
        return new ValueTask<AppendResult>(call.Task);
    }

    /// <summary>Asks the brokers about a topic, or with null about themselves; blocks for as long as <paramref name="timeout"/>.</summary>
    public Metadata GetMetadata(string? topic, TimeSpan timeout)
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        return topic is null ? admin.GetMetadata(timeout) : admin.GetMetadata(topic, timeout);
    }

    /// <summary>Waits for what is on its way, which the append's timeout bounds.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        _producer.Flush(_options.AppendTimeout + TimeSpan.FromSeconds(1));
        _producer.Dispose();
    }

    private static void Produce(IProducer<byte[], byte[]> producer, KafkaTopic topic, in LogAppend record, AppendCall call)
    {
        var partition = record.Partition >= 0 ? record.Partition : Murmur2.PartitionOf(record.Key.Span, topic.Partitions.Length);
        var message = new Message<byte[], byte[]> { Key = ArrayOf(record.Key), Value = ArrayOf(record.Value) };
        producer.Produce(topic.Partitions[partition], message, call.OnDelivered);
    }

    /// <summary>Confluent.Kafka takes whole arrays only; librdkafka copies once more, so that the caller's is free after the call.</summary>
    private static byte[] ArrayOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Array is { } array && segment.Offset == 0 && segment.Count == array.Length
            ? array
            : memory.ToArray();

    private IProducer<byte[], byte[]> Build()
    {
        var settings = KafkaSettings.Producer(_options);
        // Nothing of a report is read but its error.
        settings["dotnet.producer.delivery.report.fields"] = "none";
        return new ProducerBuilder<byte[], byte[]>(settings)
            .SetLogHandler((_, line) => _logger.Log(KafkaErrors.LevelOf((int)line.Level), "{Facility}: {Line}", line.Facility, line.Message))
            .SetErrorHandler((producer, error) => OnError(producer, error))
            .Build();
    }

    /// <summary>A fatal error ends an idempotent producer, as when brokers have lost what it had written; a new one begins a new sequence.</summary>
    private void OnError(IProducer<byte[], byte[]> broken, Error error)
    {
        _logger.LogWarning("Producer: {Reason}", error.Reason);
        if (!error.IsFatal) return;
        lock (_gate)
        {
            if (_disposed || !ReferenceEquals(broken, _producer)) return;
            _producer = Build();
        }
        // Not here: this is its own thread, on which its last reports still come.
        _ = Task.Run(() =>
        {
            broken.Flush(_options.AppendTimeout);
            broken.Dispose();
        });
    }
}
