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
    private volatile NativeProducer _producer;
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
            handedOver = _producer.Produce(topic, records, call, out var error);
            if (handedOver < records.Count) _failures.Add(Librdkafka.Describe(error));
        }
        catch (ObjectDisposedException e)
        {
            _failures.Add(e.Message);
        }
        // Its task may be over before this returns; the call knows by its count alone.
        if (handedOver < records.Count) call.Refuse(records.Count - handedOver);
        return new ValueTask<AppendResult>(call.Task);
    }

    /// <summary>Asks the brokers about a topic; blocks for as long as <paramref name="timeout"/>. Null when they say nothing of it; throws <see cref="KafkaException"/>.</summary>
    public TopicMetadata? FindTopic(string topic, TimeSpan timeout) => _producer.FindTopic(topic, timeout);

    /// <summary>Waits for what is on its way, which the append's timeout bounds.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
        }
        _producer.Dispose();
    }

    private NativeProducer Build() => new(KafkaSettings.Producer(_options), _options.AppendTimeout + TimeSpan.FromSeconds(1), _logger, OnError);

    /// <summary>A fatal error ends an idempotent producer, as when brokers have lost what it had written; a new one begins a new sequence.</summary>
    private void OnError(NativeProducer broken, int code, string reason)
    {
        _logger.LogWarning("Producer: {Reason}", reason);
        if (code != Librdkafka.Fatal) return;
        lock (_gate)
        {
            if (_disposed || !ReferenceEquals(broken, _producer)) return;
            _producer = Build();
        }
        // Not here: this is its own thread, on which its last reports still come.
        _ = Task.Run(broken.Dispose);
    }
}
