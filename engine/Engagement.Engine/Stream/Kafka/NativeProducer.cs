using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Engagement.Core.Contracts;

namespace Engagement.Engine.Stream.Kafka;

/// <summary>
/// librdkafka's producer with nothing between: a record is handed over from where it lies, and its report counts down its <see cref="AppendCall"/>.
/// Confluent.Kafka makes a message, two arrays, a handler, a handle and a report of each. Thread-safe.
/// </summary>
internal sealed unsafe class NativeProducer : IDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    /// <summary>Reports of records that were given up come at once.</summary>
    private static readonly TimeSpan PurgePatience = TimeSpan.FromSeconds(1);

    private readonly NativeClient _client;
    private readonly TimeSpan _patience;
    private readonly Thread _reports;
    private volatile bool _stopping;

    /// <param name="settings">librdkafka's own properties.</param>
    /// <param name="patience">How long <see cref="Dispose"/> waits for what is on its way.</param>
    /// <param name="logger">Gets what librdkafka says.</param>
    /// <param name="onError">Called on this producer's own thread; must not dispose of it there.</param>
    public NativeProducer(Dictionary<string, string> settings, TimeSpan patience, ILogger logger, Action<NativeProducer, int, string> onError)
    {
        _patience = patience;
        _client = new NativeClient(settings, logger, &Reported, (code, reason) => onError(this, code, reason));
        _reports = new Thread(Report) { IsBackground = true, Name = "kafka-reports" };
        _reports.Start();
    }

    /// <summary>
    /// Hands the records over, in order, until one is not taken; returns how many were. The memory is the caller's again when this returns. Throws
    /// <see cref="ObjectDisposedException"/>. Hot.
    /// </summary>
    public int Produce(KafkaTopic topic, IReadOnlyList<LogAppend> records, AppendCall call, out int error)
    {
        error = Librdkafka.Ok;
        _client.Enter();
        try
        {
            var (handle, opaque) = (_client.TopicOf(topic.Name), call.Opaque);
            for (var i = 0; i < records.Count; i++)
            {
                if (TryProduce(handle, records[i], topic.Partitions.Length, opaque)) continue;
                error = Librdkafka.LastError();
                return i;
            }
            return records.Count;
        }
        finally
        {
            _client.Leave();
        }
    }

    /// <summary>Blocks for as long as <paramref name="timeout"/>. Null when the brokers say nothing of it; throws <see cref="KafkaException"/>.</summary>
    public TopicMetadata? FindTopic(string topic, TimeSpan timeout)
    {
        var client = _client.Enter();
        var handle = Librdkafka.NewTopic(client, topic, 0);
        try
        {
            var error = Librdkafka.Metadata(client, 0, handle, out var metadata, (int)timeout.TotalMilliseconds);
            if (error != Librdkafka.Ok) throw new KafkaException((ErrorCode)error);
            var found = metadata->TopicCount == 0 ? null : Read(topic, metadata->Topics[0]);
            Librdkafka.DestroyMetadata(metadata);
            return found;
        }
        finally
        {
            Librdkafka.DestroyTopic(handle);
            _client.Leave();
        }
    }

    /// <summary>Waits for what is on its way and gives up the rest: every call gets its answer.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        var client = _client.Enter();
        if (Librdkafka.Flush(client, (int)_patience.TotalMilliseconds) != Librdkafka.Ok)
        {
            _ = Librdkafka.Purge(client, Librdkafka.PurgeAll);
            _ = Librdkafka.Flush(client, (int)PurgePatience.TotalMilliseconds);
        }
        _client.Leave();
        _stopping = true;
        _reports.Join();
        _client.Dispose();
    }

    private void Report()
    {
        while (!_stopping) _client.Poll(PollWait);
    }

    private static bool TryProduce(nint topic, in LogAppend record, int partitions, nint opaque)
    {
        var keyBytes = record.Key.Span;
        var valueBytes = record.Value.Span;
        var partition = record.Partition >= 0 ? record.Partition : Murmur2.PartitionOf(keyBytes, partitions);
        // An empty text has an address too: without one it would be none.
        byte none = 0;
        fixed (byte* key = keyBytes, value = valueBytes)
        {
            return Librdkafka.Produce(
                topic, partition, Librdkafka.CopyMessage, value is null ? &none : value, (nuint)valueBytes.Length,
                key is null ? &none : key, (nuint)keyBytes.Length, opaque) == Librdkafka.Ok;
        }
    }

    private static TopicMetadata Read(string name, in NativeTopic topic)
    {
        var partitions = new List<PartitionMetadata>(topic.PartitionCount);
        for (var i = 0; i < topic.PartitionCount; i++)
        {
            var partition = topic.Partitions[i];
            partitions.Add(new PartitionMetadata(partition.Id, partition.Leader, [], [], new Error((ErrorCode)partition.Error)));
        }
        return new TopicMetadata(name, partitions, new Error((ErrorCode)topic.Error));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Reported(nint client, NativeMessage* message, nint opaque) => AppendCall.Of(message->Private).Report(message->Error);
}
